// The recurrent operations of a program: their words, in the order of the structures' fields.
#include "gru-reset-before.c"
#include "gru.c"
#include "layer-norm-lstm.c"
#include "rnn.c"
#include "words.h"

INLINE Sequence sequence(Words *w) {
  Sequence s;
  s.time = number(w), s.batch = number(w), s.units = number(w), s.reversed = number(w);
  s.lengths = address(w), s.mask = address(w), s.read = address(w);
  s.weight = address(w), s.panels = address(w), s.rows = address(w), s.products = address(w);
  s.h0 = address(w), s.y = address(w);
  return s;
}

INLINE Forward forward(Words *w) {
  Forward f;
  f.s = sequence(w);
  f.x = address(w), f.ids = address(w), f.bias = address(w), f.h_last = address(w);
  return f;
}

INLINE Backward backward(Words *w) {
  Backward b;
  b.s = sequence(w);
  b.dy = address(w), b.dh_last = address(w), b.dh0 = address(w), b.dgates = address(w), b.squares = address(w);
  return b;
}

INLINE LstmForward words_of_lstm_forward(Words *w) {
  LstmForward l;
  l.f = forward(w);
  l.c0 = address(w), l.c_last = address(w);
  l.gates = address(w), l.cells = address(w), l.tanh_cells = address(w);
  return l;
}

INLINE LstmBackward words_of_lstm_backward(Words *w) {
  LstmBackward l;
  l.b = backward(w);
  l.dc_last = address(w), l.dc0 = address(w);
  l.gates = address(w), l.cells = address(w), l.tanh_cells = address(w);
  return l;
}

INLINE Norms norms(Words *w) {
  Norms n;
  n.inputs = address(w), n.hidden = address(w), n.cells = address(w), n.scales = address(w);
  return n;
}

INLINE void run_lstm_forward(Words *w, int thread, int threads) {
  LstmForward l = words_of_lstm_forward(w);
  lstm_forward(&l, thread, threads);
}

INLINE void run_lstm_backward(Words *w, int thread, int threads) {
  LstmBackward l = words_of_lstm_backward(w);
  lstm_backward(&l, thread, threads);
}

INLINE void run_gru_forward(Words *w, int thread, int threads) {
  GruForward l;
  l.f = forward(w), l.gates = address(w);
  gru_forward(&l, thread, threads);
}

INLINE void run_gru_backward(Words *w, int thread, int threads) {
  GruBackward l;
  l.b = backward(w), l.gates = address(w), l.dx = address(w);
  gru_backward(&l, thread, threads);
}

INLINE void run_gru_reset_before_forward(Words *w, int thread, int threads) {
  GruResetBeforeForward l;
  l.f = forward(w), l.gates = address(w), l.reset = address(w);
  gru_reset_before_forward(&l, thread, threads);
}

INLINE void run_gru_reset_before_backward(Words *w, int thread, int threads) {
  GruResetBeforeBackward l;
  l.b = backward(w), l.gates = address(w), l.dreset = address(w);
  gru_reset_before_backward(&l, thread, threads);
}

INLINE void run_rnn_forward(Words *w, int thread, int threads) {
  RnnForward l;
  l.f = forward(w), l.relu = number(w);
  rnn_forward(&l, thread, threads);
}

INLINE void run_rnn_backward(Words *w, int thread, int threads) {
  RnnBackward l;
  l.b = backward(w), l.relu = number(w);
  rnn_backward(&l, thread, threads);
}

INLINE void run_layer_norm_lstm_forward(Words *w, int thread, int threads) {
  LayerNormLstmForward l;
  l.l = words_of_lstm_forward(w);
  l.gain_x = address(w), l.gain_h = address(w), l.gain_c = address(w), l.bias_c = address(w);
  l.norms = norms(w);
  layer_norm_lstm_forward(&l, thread, threads);
}

INLINE void run_layer_norm_lstm_backward(Words *w, int thread, int threads) {
  LayerNormLstmBackward l;
  l.l = words_of_lstm_backward(w);
  l.norms = norms(w);
  l.gain_x = address(w), l.gain_h = address(w), l.gain_c = address(w);
  l.da = address(w), l.dn = address(w), l.dx = address(w);
  layer_norm_lstm_backward(&l, thread, threads);
}

INLINE void run_product_sums(Words *w, int thread, int threads) {
  int rows = number(w), columns = number(w);
  const float *a = address(w), *b = address(w);
  product_sums(rows, columns, a, b, address(w), thread, threads);
}

// Runs a recurrent operation; 0 when it is not one.
INLINE int run_recurrent(int operation, Words *w, int thread, int threads) {
  switch (operation) {
  case OP_LSTM_FORWARD: run_lstm_forward(w, thread, threads); return 1;
  case OP_LSTM_BACKWARD: run_lstm_backward(w, thread, threads); return 1;
  case OP_GRU_FORWARD: run_gru_forward(w, thread, threads); return 1;
  case OP_GRU_BACKWARD: run_gru_backward(w, thread, threads); return 1;
  case OP_RNN_FORWARD: run_rnn_forward(w, thread, threads); return 1;
  case OP_RNN_BACKWARD: run_rnn_backward(w, thread, threads); return 1;
  case OP_GRU_RESET_BEFORE_FORWARD: run_gru_reset_before_forward(w, thread, threads); return 1;
  case OP_GRU_RESET_BEFORE_BACKWARD: run_gru_reset_before_backward(w, thread, threads); return 1;
  case OP_LAYER_NORM_LSTM_FORWARD: run_layer_norm_lstm_forward(w, thread, threads); return 1;
  case OP_LAYER_NORM_LSTM_BACKWARD: run_layer_norm_lstm_backward(w, thread, threads); return 1;
  case OP_PRODUCT_SUMS: run_product_sums(w, thread, threads); return 1;
  default: return 0;
  }
}
