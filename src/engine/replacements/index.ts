import { registerAdam } from './adam';
import { registerCast } from './cast';
import { registerDense } from './dense';
import { registerDropout } from './dropout';
import { registerEmbedding } from './embedding';
import { registerGru } from './gru';
import { registerLayerNormLstm } from './layer-norm-lstm';
import { registerLoss } from './loss';
import { registerLstm } from './lstm';
import { registerMatMul } from './matmul';
import { registerRnn } from './rnn';

/** Registers all compiled kernels for a heap backend, over what it inherited from the cpu's. */
export function registerReplacements(backendName: string): void {
  registerMatMul(backendName);
  registerCast(backendName);
  registerDense(backendName);
  registerDropout(backendName);
  registerEmbedding(backendName);
  registerLstm(backendName);
  registerLayerNormLstm(backendName);
  registerGru(backendName);
  registerRnn(backendName);
  registerLoss(backendName);
  registerAdam(backendName);
}
