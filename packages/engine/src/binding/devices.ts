import type { CApi, Pointer } from './c-functions.ts';
import type { Status } from './status.ts';

/** A device, by TensorFlow's full name and type (`CPU`, `GPU`). */
export interface Device {
  readonly name: string;
  readonly type: string;
  /** What TensorFlow may take of a GPU's memory; of a CPU it tells nothing of use. */
  readonly memoryBytes?: number;
}

/** All devices of a context. */
export function listDevices(api: CApi, status: Status, context: Pointer): Device[] {
  const list = api.TFE_ContextListDevices(context, status.pointer);
  status.check('could not list the devices');
  try {
    return Array.from({ length: api.TF_DeviceListCount(list) }, (_, i) => {
      const name = api.TF_DeviceListName(list, i, status.pointer);
      const type = api.TF_DeviceListType(list, i, status.pointer);
      const memoryBytes = Number(api.TF_DeviceListMemoryBytes(list, i, status.pointer));
      return { name, type, ...(type !== 'CPU' && memoryBytes > 0 && { memoryBytes }) };
    });
  } finally {
    api.TF_DeleteDeviceList(list);
  }
}
