return {new=function(h) return require"dryad.core".dominated(h):sort"retained_size" end}
