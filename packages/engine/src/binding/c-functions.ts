/** A pointer to something that TensorFlow owns. */
export type Pointer = bigint;

/** `TF_Output` of `c_api.h`: one output of one node of a graph, passed by value. */
export interface GraphOutput {
  readonly oper: Pointer;
  readonly index: number;
}

type Void = (...args: unknown[]) => void;
type Returns<T> = (...args: unknown[]) => T;

/** A C function that may also run on one of koffi's worker threads, off the main thread. */
interface AsyncCapable<T> {
  (...args: unknown[]): T;
  async(...args: unknown[]): void;
}

/**
 * The functions of TensorFlow's C API (`tensorflow/c/c_api.h`, `tensorflow/c/eager/c_api.h`, 2.21) that the engine
 * calls, under their own names. Pointers are `bigint`; arrays are typed arrays, which C reads and writes in place.
 */
export interface CApi {
  /**
   * libc's own. koffi's views of native memory would do, but each is held until garbage is collected, and what it
   * allocates scatters over the memory that TensorFlow just freed: 64 KiB more for each tensor of 64 KiB.
   */
  memcpy: Void;
  TF_Version: Returns<string>;
  TF_NewStatus: Returns<Pointer>;
  TF_DeleteStatus: Void;
  TF_GetCode: Returns<number>;
  TF_Message: Returns<string>;
  TF_NewBufferFromString: Returns<Pointer>;
  TF_NewBuffer: Returns<Pointer>;
  TF_DeleteBuffer: Void;
  TF_GetAllOpList: Returns<Pointer>;
  TF_DataTypeSize: Returns<number>;
  TF_AllocateTensor: Returns<Pointer | null>;
  TF_DeleteTensor: Void;
  TF_TensorData: Returns<Pointer | null>;
  TF_TensorByteSize: Returns<number>;
  TF_TensorElementCount: Returns<number>;
  TF_TensorType: Returns<number>;
  TF_StringInit: Void;
  TF_StringCopy: Void;
  TF_StringDealloc: Void;
  TF_StringGetDataPointer: Returns<Pointer | null>;
  TF_StringGetSize: Returns<number>;

  TFE_NewContextOptions: Returns<Pointer>;
  TFE_DeleteContextOptions: Void;
  TFE_ContextOptionsSetConfig: Void;
  TFE_NewContext: Returns<Pointer | null>;
  TFE_ContextListDevices: Returns<Pointer>;
  TF_DeviceListCount: Returns<number>;
  TF_DeviceListName: Returns<string>;
  TF_DeviceListType: Returns<string>;
  TF_DeviceListMemoryBytes: Returns<number>;
  TF_DeleteDeviceList: Void;
  TFE_NewExecutor: Returns<Pointer>;
  TFE_DeleteExecutor: Void;
  TFE_ContextSetExecutorForThread: Void;
  TFE_ExecutorWaitForAllPendingNodes: AsyncCapable<void>;
  TFE_ExecutorClearError: Void;

  TFE_NewTensorHandle: Returns<Pointer | null>;
  TFE_DeleteTensorHandle: Void;
  TFE_TensorHandleDataType: Returns<number>;
  TFE_TensorHandleNumDims: Returns<number>;
  TFE_TensorHandleDim: Returns<number>;
  TFE_TensorHandleResolve: AsyncCapable<Pointer | null>;
  TFE_TensorHandleCopyToDevice: Returns<Pointer | null>;
  TFE_TensorHandleCopySharingTensor: Returns<Pointer | null>;

  TFE_NewOp: Returns<Pointer | null>;
  TFE_DeleteOp: Void;
  TFE_OpSetDevice: Void;
  TFE_OpAddInput: Void;
  TFE_OpSetAttrString: Void;
  TFE_OpSetAttrInt: Void;
  TFE_OpSetAttrFloat: Void;
  TFE_OpSetAttrBool: Void;
  TFE_OpSetAttrType: Void;
  TFE_OpSetAttrShape: Void;
  TFE_OpSetAttrShapeList: Void;
  TFE_OpSetAttrIntList: Void;
  TFE_OpSetAttrFloatList: Void;
  TFE_OpSetAttrBoolList: Void;
  TFE_OpSetAttrTypeList: Void;
  TFE_OpSetAttrStringList: Void;
  TFE_Execute: Void;
  TFE_ContextAddFunction: Void;
  TFE_ContextRemoveFunction: Void;
  TFE_EnableCollectiveOps: Void;
  TFE_CollectiveOpsCheckPeerHealth: Void;

  TF_NewGraph: Returns<Pointer>;
  TF_DeleteGraph: Void;
  TF_NewOperation: Returns<Pointer>;
  TF_FinishOperation: Returns<Pointer | null>;
  TF_SetDevice: Void;
  TF_AddInput: Void;
  TF_AddInputList: Void;
  TF_AddControlInput: Void;
  TF_AddOperationControlInput: Void;
  TF_SetAttrString: Void;
  TF_SetAttrInt: Void;
  TF_SetAttrFloat: Void;
  TF_SetAttrBool: Void;
  TF_SetAttrType: Void;
  TF_SetAttrShape: Void;
  TF_SetAttrShapeList: Void;
  TF_SetAttrIntList: Void;
  TF_SetAttrFloatList: Void;
  TF_SetAttrBoolList: Void;
  TF_SetAttrTypeList: Void;
  TF_SetAttrStringList: Void;
  TF_SetAttrTensor: Void;
  TF_OperationNumOutputs: Returns<number>;
  TF_OperationOutputType: Returns<number>;
  TF_GraphSetTensorShape: Void;
  TF_GraphGetTensorNumDims: Returns<number>;
  TF_GraphGetTensorShape: Void;
  TF_GraphToFunctionWithControlOutputs: Returns<Pointer | null>;
  TF_DeleteFunction: Void;
  TF_GraphOperationByName: Returns<Pointer | null>;

  TF_NewSessionOptions: Returns<Pointer>;
  TF_DeleteSessionOptions: Void;
  TF_SetConfig: Void;
  TF_NewSession: Returns<Pointer | null>;
  TF_LoadSessionFromSavedModel: Returns<Pointer | null>;
  TF_SessionRun: Void;
  TF_DeleteSession: Void;
}

/** Their prototypes, one a line, as koffi reads them. */
export const PROTOTYPES = `
const char *TF_Version()
void *TF_NewStatus()
void TF_DeleteStatus(void *s)
int TF_GetCode(void *s)
const char *TF_Message(void *s)
void *TF_NewBufferFromString(const void *proto, size_t length)
void *TF_NewBuffer()
void TF_DeleteBuffer(void *buffer)
void *TF_GetAllOpList()
size_t TF_DataTypeSize(int dtype)
void *TF_AllocateTensor(int dtype, const void *dims, int num_dims, size_t length)
void TF_DeleteTensor(void *tensor)
void *TF_TensorData(void *tensor)
size_t TF_TensorByteSize(void *tensor)
int64_t TF_TensorElementCount(void *tensor)
int TF_TensorType(void *tensor)
void TF_StringInit(void *t)
void TF_StringCopy(void *dst, const void *src, size_t size)
void TF_StringDealloc(void *t)
void *TF_StringGetDataPointer(void *t)
size_t TF_StringGetSize(void *t)
void *TFE_NewContextOptions()
void TFE_DeleteContextOptions(void *options)
void TFE_ContextOptionsSetConfig(void *options, const void *proto, size_t length, void *status)
void *TFE_NewContext(void *options, void *status)
void *TFE_ContextListDevices(void *ctx, void *status)
int TF_DeviceListCount(void *list)
const char *TF_DeviceListName(void *list, int index, void *status)
const char *TF_DeviceListType(void *list, int index, void *status)
int64_t TF_DeviceListMemoryBytes(void *list, int index, void *status)
void TF_DeleteDeviceList(void *list)
void *TFE_NewExecutor(bool is_async, bool streaming, int in_flight)
void TFE_DeleteExecutor(void *executor)
void TFE_ContextSetExecutorForThread(void *ctx, void *executor)
void TFE_ExecutorWaitForAllPendingNodes(void *executor, void *status)
void TFE_ExecutorClearError(void *executor)
void *TFE_NewTensorHandle(void *tensor, void *status)
void TFE_DeleteTensorHandle(void *handle)
int TFE_TensorHandleDataType(void *handle)
int TFE_TensorHandleNumDims(void *handle, void *status)
int64_t TFE_TensorHandleDim(void *handle, int index, void *status)
void *TFE_TensorHandleResolve(void *handle, void *status)
void *TFE_TensorHandleCopySharingTensor(void *handle, void *status)
void *TFE_TensorHandleCopyToDevice(void *handle, void *ctx, const char *device, void *status)
void *TFE_NewOp(void *ctx, const char *name, void *status)
void TFE_DeleteOp(void *op)
void TFE_OpSetDevice(void *op, const char *device, void *status)
void TFE_OpAddInput(void *op, void *handle, void *status)
void TFE_OpSetAttrString(void *op, const char *name, const void *value, size_t length)
void TFE_OpSetAttrInt(void *op, const char *name, int64_t value)
void TFE_OpSetAttrFloat(void *op, const char *name, float value)
void TFE_OpSetAttrBool(void *op, const char *name, uint8_t value)
void TFE_OpSetAttrType(void *op, const char *name, int value)
void TFE_OpSetAttrShape(void *op, const char *name, const void *dims, int num_dims, void *status)
void TFE_OpSetAttrShapeList(void *op, const char *name, const void *dims, const void *num_dims, int n, void *status)
void TFE_OpSetAttrIntList(void *op, const char *name, const void *values, int n)
void TFE_OpSetAttrFloatList(void *op, const char *name, const void *values, int n)
void TFE_OpSetAttrBoolList(void *op, const char *name, const void *values, int n)
void TFE_OpSetAttrTypeList(void *op, const char *name, const void *values, int n)
void TFE_OpSetAttrStringList(void *op, const char *name, const void *values, const void *lengths, int n)
void TFE_Execute(void *op, void *retvals, void *num_retvals, void *status)
void TFE_ContextAddFunction(void *ctx, void *function, void *status)
void TFE_ContextRemoveFunction(void *ctx, const char *name, void *status)
void TFE_EnableCollectiveOps(void *ctx, const void *proto, size_t proto_len, void *status)
void TFE_CollectiveOpsCheckPeerHealth(void *ctx, const char *task, int64_t timeout_in_ms, void *status)
void *TF_NewGraph()
void TF_DeleteGraph(void *graph)
void *TF_NewOperation(void *graph, const char *type, const char *name)
void *TF_FinishOperation(void *desc, void *status)
void TF_SetDevice(void *desc, const char *device)
void TF_AddInput(void *desc, TF_Output input)
void TF_AddInputList(void *desc, const void *inputs, int n)
void TF_AddControlInput(void *desc, void *oper)
void TF_AddOperationControlInput(void *graph, void *oper, void *input)
void TF_SetAttrString(void *desc, const char *name, const void *value, size_t length)
void TF_SetAttrInt(void *desc, const char *name, int64_t value)
void TF_SetAttrFloat(void *desc, const char *name, float value)
void TF_SetAttrBool(void *desc, const char *name, uint8_t value)
void TF_SetAttrType(void *desc, const char *name, int value)
void TF_SetAttrShape(void *desc, const char *name, const void *dims, int num_dims)
void TF_SetAttrShapeList(void *desc, const char *name, const void *dims, const void *num_dims, int n)
void TF_SetAttrIntList(void *desc, const char *name, const void *values, int n)
void TF_SetAttrFloatList(void *desc, const char *name, const void *values, int n)
void TF_SetAttrBoolList(void *desc, const char *name, const void *values, int n)
void TF_SetAttrTypeList(void *desc, const char *name, const void *values, int n)
void TF_SetAttrStringList(void *desc, const char *name, const void *values, const void *lengths, int n)
void TF_SetAttrTensor(void *desc, const char *name, void *tensor, void *status)
int TF_OperationNumOutputs(void *oper)
int TF_OperationOutputType(TF_Output output)
void TF_GraphSetTensorShape(void *graph, TF_Output output, const void *dims, int num_dims, void *status)
int TF_GraphGetTensorNumDims(void *graph, TF_Output output, void *status)
void TF_GraphGetTensorShape(void *graph, TF_Output output, void *dims, int num_dims, void *status)
void *TF_GraphToFunctionWithControlOutputs(void *graph, const char *name, uint8_t append_hash, int num_opers, void *opers, int ninputs, const void *inputs, int noutputs, const void *outputs, void *output_names, int ncontrol, const void *control, void *control_names, void *options, const char *description, void *status)
void TF_DeleteFunction(void *function)
void *TF_GraphOperationByName(void *graph, const char *name)
void *TF_NewSessionOptions()
void TF_DeleteSessionOptions(void *options)
void TF_SetConfig(void *options, const void *proto, size_t length, void *status)
void *TF_NewSession(void *graph, void *options, void *status)
void *TF_LoadSessionFromSavedModel(void *options, void *run_options, const char *dir, const void *tags, int ntags, void *graph, void *metagraph, void *status)
void TF_SessionRun(void *session, void *run_options, const void *inputs, const void *input_values, int ninputs, const void *outputs, void *output_values, int noutputs, const void *targets, int ntargets, void *run_metadata, void *status)
void TF_DeleteSession(void *session, void *status)
`;
