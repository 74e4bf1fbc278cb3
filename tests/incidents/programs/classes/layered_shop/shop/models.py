# SPDX-License-Identifier: MIT
class Product:
    def __init__(self, number):
        self.number = number
        self.texts = {language: "product %d in %s" % (number, language) for language in ("en", "de", "fr", "it")}
        self.variants = ["%d-%d" % (number, i) for i in range(10)]
