// Node-API addon: the kernels as native code over the bytes of a shared WebAssembly memory, so that whoever builds
// programs need not know which build runs them. It keeps nothing global: any number of threads may load it.
//   instructionSets: string[]                         those that run on this processor, the fastest first
//   attach(bytes: Uint8Array, instructionSet: string) -> { run(program, thread, threads): number, describe(fact): number }
#define NAPI_VERSION 8
#include <node_api.h>
#include <stdlib.h>
#include <string.h>

#include "instructions.h"
#include "sleep.h"

// What one `run` works on. The reference keeps the memory alive as long as the function is.
typedef struct {
  uint8_t *base;
  const InstructionSet *set;
  napi_ref bytes;
} Kernels;

static void release(napi_env env, void *data, void *hint) {
  Kernels *kernels = data;
  (void)hint;
  napi_delete_reference(env, kernels->bytes);
  free(kernels);
}

#define TRY(call)                                                                                                      \
  do {                                                                                                                 \
    if ((call) != napi_ok) return fail(env);                                                                           \
  } while (0)

// Throws unless something has been thrown already.
static napi_value fail(napi_env env) {
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  if (!pending) napi_throw_type_error(env, 0, "The native kernels were called with wrong arguments.");
  return 0;
}

// run(program, thread, threads): 1, or 0 when another thread died meanwhile.
static napi_value run(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value arguments[3], result;
  void *data;
  uint32_t program;
  int32_t thread, threads;
  TRY(napi_get_cb_info(env, info, &count, arguments, 0, &data));
  TRY(napi_get_value_uint32(env, arguments[0], &program));
  TRY(napi_get_value_int32(env, arguments[1], &thread));
  TRY(napi_get_value_int32(env, arguments[2], &threads));
  const Kernels *kernels = data;
  TRY(napi_create_int32(env, kernels->set->run(kernels->base, program, thread, threads), &result));
  return result;
}

static napi_value describe(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument, result;
  void *data;
  int32_t fact;
  TRY(napi_get_cb_info(env, info, &count, &argument, 0, &data));
  TRY(napi_get_value_int32(env, argument, &fact));
  TRY(napi_create_int32(env, ((const InstructionSet *)data)->describe(fact), &result));
  return result;
}

// The set of that name, or NULL if it is unknown or this processor does not have it.
static const InstructionSet *runnable(const char *name) {
  for (size_t i = first_runnable(); i < INSTRUCTION_SET_COUNT; i++)
    if (strcmp(INSTRUCTION_SETS[i].name, name) == 0) return &INSTRUCTION_SETS[i];
  return 0;
}

static napi_value attach(napi_env env, napi_callback_info info) {
  size_t count = 2, length;
  napi_value arguments[2], result, run_function, describe_function;
  napi_typedarray_type type;
  void *base = 0;
  char name[16];
  TRY(napi_get_cb_info(env, info, &count, arguments, 0, 0));
  TRY(napi_get_typedarray_info(env, arguments[0], &type, 0, &base, 0, 0));
  TRY(napi_get_value_string_utf8(env, arguments[1], name, sizeof name, &length));
  const InstructionSet *set = runnable(name);
  if (!set || !base) {
    napi_throw_error(env, 0, set ? "the memory has no address." : "this processor lacks the instruction set.");
    return 0;
  }
  TRY(napi_create_object(env, &result));
  TRY(napi_create_function(env, "describe", NAPI_AUTO_LENGTH, describe, (void *)set, &describe_function));
  TRY(napi_set_named_property(env, result, "describe", describe_function));

  Kernels *kernels = malloc(sizeof *kernels);
  if (!kernels) return fail(env);
  *kernels = (Kernels){base, set, 0};
  if (napi_create_reference(env, arguments[0], 1, &kernels->bytes) != napi_ok ||
      napi_create_function(env, "run", NAPI_AUTO_LENGTH, run, kernels, &run_function) != napi_ok ||
      napi_add_finalizer(env, run_function, kernels, release, 0, 0) != napi_ok) {
    if (kernels->bytes) napi_delete_reference(env, kernels->bytes);
    free(kernels);
    return fail(env);
  }
  TRY(napi_set_named_property(env, result, "run", run_function));
  return result;
}

NAPI_MODULE_INIT() {
  napi_value sets, function;
  TRY(napi_create_array(env, &sets));
  for (size_t i = first_runnable(), place = 0; i < INSTRUCTION_SET_COUNT; i++) {
    napi_value name;
    TRY(napi_create_string_utf8(env, INSTRUCTION_SETS[i].name, NAPI_AUTO_LENGTH, &name));
    TRY(napi_set_element(env, sets, (uint32_t)place++, name));
  }
  TRY(napi_set_named_property(env, exports, "instructionSets", sets));
  TRY(napi_create_function(env, "attach", NAPI_AUTO_LENGTH, attach, 0, &function));
  TRY(napi_set_named_property(env, exports, "attach", function));
  return exports;
}
