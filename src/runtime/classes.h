/* SPDX-License-Identifier: MIT */
/*
 * The classes of a graph's objects, numbered by qualified name.
 *
 * Classes of one bare name in two modules are two; those that a program made by running one definition again and again
 * have one qualified name, and so one number with many versions. A type whose class is not in the dump is a class too,
 * named like the type. Where several classes share a bare name, the reference to its class tells an object's own.
 * Objects without one are of the class that has no more than the bare name, as those of built-in classes are; if there
 * is none, as in some dumps of Python 3.8, they get a number of their own, which is not known.
 *
 * Takes nothing for each object: the class of a type with one class is the type's, and others are looked up.
 */
#ifndef DRYAD_RUNTIME_CLASSES_H
#define DRYAD_RUNTIME_CLASSES_H

#include "graph/graph.h"
#include "graph/text_numbers.h"
#include "runtime/runtime.h"

typedef struct dryad_class {
  dryad_id first;         /* the class object with the lowest id; DRYAD_NONE: none is in the dump */
  uint32_t versions;      /* distinct class objects */
  uint32_t type;          /* of its objects; DRYAD_NONE: they may have several */
  uint32_t module_length; /* its name begins with so many bytes that are its module's; 0: it has none */
  dryad_class_origin origin;
} dryad_class;

/* A type whose name several classes have. */
typedef struct dryad_shared_type {
  uint32_t type;
  uint32_t number;           /* of its objects without a reference to their class */
  dryad_class_origin origin; /* of these classes: the last in the order of dryad_class_origin */
} dryad_shared_type;

struct dryad_classes {
  const dryad_allocator *allocator;
  const dryad_graph *graph;
  dryad_known_types known;
  uint32_t count;       /* of numbers: first those with a name of their own, then those that are not known */
  uint32_t known_count; /* of the former */
  dryad_text_numbers names;
  dryad_class *classes;      /* known_count, by number */
  uint32_t type_count;       /* of the store at creation; later types have no objects in the graph */
  uint32_t *type_numbers;    /* type_count: the number of the objects of a type, or from known_count on */
  dryad_shared_type *shared; /* count - known_count: by number */
  uint32_t object_count;     /* class objects */
  dryad_id *objects;         /* object_count: ascending */
  uint32_t *numbers;         /* object_count: of the classes that these objects are */
};

/* O(objects + attributes of classes and modules). `graph` must outlive it. DRYAD_FORMAT: two types have one name.
   Freed with dryad_classes_free. */
dryad_status dryad_classes_new(dryad_classes **out, const dryad_graph *graph, dryad_error *error);
void dryad_classes_free(dryad_classes *classes); /* NULL is allowed */
/* The bytes of its arrays, without the struct itself. */
uint64_t dryad_classes_bytes(const dryad_classes *classes);

/* The class of an object of a type with several classes. O(log class objects). */
uint32_t dryad_class_number_of_shared(const dryad_classes *classes, dryad_id id);
/* The class of an object: a number below `count`. O(1) for most types. */
static inline uint32_t dryad_class_number(const dryad_classes *classes, dryad_id id)
{
  DRYAD_ASSERT(id < classes->graph->count);
  const uint32_t of_type = classes->type_numbers[dryad_types(classes->graph)[id]];
  return of_type < classes->known_count ? of_type : dryad_class_number_of_shared(classes, id);
}
/* The class that an object is; DRYAD_NONE: it is none. O(log class objects). */
uint32_t dryad_class_number_of_class(const dryad_classes *classes, dryad_id class);
/* The place in `objects` of the first class object with this number, or their count. O(log class objects). */
uint32_t dryad_classes_first(const dryad_classes *classes, uint32_t number);
/* `shop.cache.Entry`, bare for built-in classes; of a number that is not known, the bare name of its type. Like all
   text, it is valid until the heap is changed. O(1). */
dryad_text dryad_class_name(const dryad_classes *classes, uint32_t number);
/* False: an object of one of several classes with the same bare name, which one the dump does not tell. O(1). */
static inline bool dryad_class_is_known(const dryad_classes *classes, uint32_t number)
{
  DRYAD_ASSERT(number < classes->count);
  return number < classes->known_count;
}
/* Whose code defines it; of a number that is not known, the program's if it may be that, else a package's, and so on.
   O(1). */
static inline dryad_class_origin dryad_class_origin_of(const dryad_classes *classes, uint32_t number)
{
  return dryad_class_is_known(classes, number) ? classes->classes[number].origin
                                               : classes->shared[number - classes->known_count].origin;
}
/* The type of its objects; DRYAD_NONE: they may have several. O(1). */
static inline uint32_t dryad_class_type(const dryad_classes *classes, uint32_t number)
{
  return dryad_class_is_known(classes, number) ? classes->classes[number].type
                                               : classes->shared[number - classes->known_count].type;
}
/* `shop.cache` of `shop.cache.Entry`: the longest module of the dump whose name starts the class's, else all before the
   last dot; .data NULL: the class is built in or not known. O(1). */
static inline dryad_text dryad_class_module(const dryad_classes *classes, uint32_t number)
{
  const uint32_t length = dryad_class_is_known(classes, number) ? classes->classes[number].module_length : 0;
  return length ? (dryad_text){dryad_class_name(classes, number).data, length} : (dryad_text){0};
}
/* How many class objects have this name; 0: none is in the dump. O(1). */
static inline uint32_t dryad_class_versions(const dryad_classes *classes, uint32_t number)
{
  return dryad_class_is_known(classes, number) ? classes->classes[number].versions : 0;
}

#endif
