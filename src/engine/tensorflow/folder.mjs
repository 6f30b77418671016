// Plain JavaScript, since the setup of TensorFlow reads it too, in a checkout where nothing is built yet.
import path from 'node:path';
import { userCacheFolder } from '../cache-folder.mjs';

/** Where the setup puts tfjs-node and the engine finds it: SEQUENCE_LAB_TENSORFLOW, else a folder in the user's cache. */
export function tensorflowFolder() {
  return process.env.SEQUENCE_LAB_TENSORFLOW || path.join(userCacheFolder(), 'tensorflow');
}
