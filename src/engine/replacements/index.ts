import { registerArithmetic } from './arithmetic';
import { registerAttention } from './attention';
import { registerCast } from './cast';
import { registerConvolution } from './convolution';
import { registerCopies } from './copies';
import { registerCrf } from './crf';
import { registerDense } from './dense';
import { registerDropout } from './dropout';
import { registerEmbedding } from './embedding';
import { registerGeneration } from './generation';
import { registerGru } from './gru';
import { registerLayerNorm } from './layer-norm';
import { registerLayerNormLstm } from './layer-norm-lstm';
import { registerLoss } from './loss';
import { registerLstm } from './lstm';
import { registerMatMul } from './matmul';
import { registerOptimiser } from './optimiser';
import { registerRnn } from './rnn';
import { registerPairLearning } from './pair-learning';
import { registerWordLearning } from './word-learning';

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
  registerOptimiser(backendName);
  registerConvolution(backendName);
  registerAttention(backendName);
  registerLayerNorm(backendName);
  registerCrf(backendName);
  registerArithmetic(backendName);
  registerCopies(backendName);
  registerGeneration(backendName);
  registerWordLearning(backendName);
  registerPairLearning(backendName);
}
