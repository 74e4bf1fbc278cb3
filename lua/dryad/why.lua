return {object=function(o,n) return require"dryad.core".paths_from_roots(o,n or 3) end, list=function() end}
