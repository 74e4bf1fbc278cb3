/* SPDX-License-Identifier: MIT */
/* An extension module that keeps objects: one in a static variable, one in its state. */
#include <Python.h>

typedef struct state {
  PyObject *kept;
} state;

static PyObject *kept;

static PyObject *keep_static(PyObject *module, PyObject *object)
{
  (void)module;
  Py_INCREF(object);
  Py_XSETREF(kept, object);
  Py_RETURN_NONE;
}

static PyObject *keep_in_state(PyObject *module, PyObject *object)
{
  state *own = PyModule_GetState(module);
  Py_INCREF(object);
  Py_XSETREF(own->kept, object);
  Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"keep_static", keep_static, METH_O, NULL},
    {"keep_in_state", keep_in_state, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

/* No m_traverse: nobody but the module knows what is in its state. */
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "holder", .m_size = sizeof(state),
                                        .m_methods = functions};

PyMODINIT_FUNC PyInit_holder(void)
{
  PyObject *module = PyModule_Create(&definition);
#ifdef Py_GIL_DISABLED
  if (module != NULL) PyUnstable_Module_SetGIL(module, Py_MOD_GIL_NOT_USED);
#endif
  return module;
}
