# SPDX-License-Identifier: MIT
"""Healthy: a parser of 300 functions was generated from a grammar and executed once, as a module."""
# leaks: nothing
import sys
import types

SOURCE = "".join("""
def rule_%d(tokens, position, depth=%d):
    '''Parses rule %d of the grammar, and returns the position after it.'''
    while position < len(tokens) and tokens[position] == 'token%d':
        position += 1
        if depth > %d:
            raise ValueError('rule %d is nested too deep at %%d' %% position)
    return rule_%d(tokens, position, depth + 1) if position < len(tokens) else position
""" % (number, number % 3, number, number, number + 5, number, (number + 1) % 300) for number in range(300))

parser = sys.modules["parser_of_grammar"] = types.ModuleType("parser_of_grammar")
exec(compile(SOURCE, "<grammar>", "exec"), parser.__dict__)
print(parser.rule_7(["token7"] * 4, 0))

from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
