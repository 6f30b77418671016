"""The models of the contender PyTorch, as its users write them: nn modules where it has them, else its ops."""

import torch
from torch import nn
from torch.nn import functional

CELLS = {'lstm': nn.LSTM, 'gru': nn.GRU, 'rnn': nn.RNN}
FILTER_WIDTHS = (3, 4, 5)


class LanguageModel(nn.Module):
    """Token -> embedding -> recurrent layers -> scores of the next token; time-major."""

    def __init__(self, work):
        super().__init__()
        module = CELLS[work['model']]
        self.embedding = nn.Embedding(work['vocabulary'], work['embedding'])
        self.rnn = module(work['embedding'], work['hidden'], work['layers'])
        self.output = nn.Linear(work['hidden'], work['vocabulary'])

    def forward(self, ids, state):
        y, state = self.rnn(self.embedding(ids), state)
        return self.output(y), state


class CellModel(nn.Module):
    """The same with one LSTMCell, a step at a time."""

    def __init__(self, work):
        super().__init__()
        self.embedding = nn.Embedding(work['vocabulary'], work['embedding'])
        self.cell = nn.LSTMCell(work['embedding'], work['hidden'])
        self.output = nn.Linear(work['hidden'], work['vocabulary'])

    def forward(self, ids, state):
        h, c = self.cell(self.embedding(ids), state)
        return self.output(h), (h, c)


class BidirectionalLstm(nn.Module):
    """Scores of each token from both sides; ids time-major."""

    def __init__(self, work):
        super().__init__()
        self.batch = work['batch']
        self.embedding = nn.Embedding(work['vocabulary'], work['embedding'])
        self.rnn = nn.LSTM(work['embedding'], work['hidden'], bidirectional=True)
        self.output = nn.Linear(2 * work['hidden'], work['vocabulary'])

    def forward(self, ids):
        y, _ = self.rnn(self.embedding(ids.view(-1, self.batch)))
        return self.output(y.flatten(0, 1))


class LayerNormLstm(nn.Module):
    """PyTorch has no fused one, so it walks step by step; the input's share is computed for all steps at once."""

    def __init__(self, work):
        super().__init__()
        hidden = work['hidden']
        self.batch, self.hidden = work['batch'], hidden
        self.embedding = nn.Embedding(work['vocabulary'], work['embedding'])
        self.from_input = nn.Linear(work['embedding'], 4 * hidden, bias=False)
        self.from_hidden = nn.Linear(hidden, 4 * hidden, bias=False)
        self.norm_input, self.norm_hidden = nn.LayerNorm(4 * hidden), nn.LayerNorm(4 * hidden)
        self.norm_cell = nn.LayerNorm(hidden)
        self.output = nn.Linear(hidden, work['vocabulary'])

    def forward(self, ids):
        shares = self.norm_input(self.from_input(self.embedding(ids.view(-1, self.batch))))
        h = c = shares.new_zeros(self.batch, self.hidden)
        ys = []
        for share in shares.unbind():
            i, f, g, o = (share + self.norm_hidden(self.from_hidden(h))).chunk(4, 1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * self.norm_cell(c).tanh()
            ys.append(h)
        return self.output(torch.cat(ys))


class TextCnn(nn.Module):
    """Convolutions over time, maximum over time (Kim, 2014)."""

    def __init__(self, work):
        super().__init__()
        self.batch = work['batch']
        self.embedding = nn.Embedding(work['vocabulary'], work['embedding'])
        self.convolutions = nn.ModuleList(
            nn.Conv1d(work['embedding'], work['hidden'], width) for width in FILTER_WIDTHS
        )
        self.output = nn.Linear(len(FILTER_WIDTHS) * work['hidden'], work['classes'])

    def forward(self, ids):
        x = self.embedding(ids.view(self.batch, -1)).transpose(1, 2)
        return self.output(torch.cat([each(x).relu().amax(2) for each in self.convolutions], 1))


class Attention(nn.Module):
    """Every token attends to all tokens of its sequence, by Luong's general score or Bahdanau's additive one."""

    def __init__(self, work):
        super().__init__()
        width, hidden = work['embedding'], work['hidden']
        self.batch, self.additive = work['batch'], work['model'] == 'attention-additive'
        self.embedding = nn.Embedding(work['vocabulary'], width)
        self.query = nn.Linear(width, hidden, bias=self.additive)
        if self.additive:
            self.key = nn.Linear(width, hidden, bias=False)
            self.compare = nn.Linear(hidden, 1, bias=False)
        self.output = nn.Linear(width, work['vocabulary'])

    def forward(self, ids):
        x = self.embedding(ids.view(self.batch, -1))
        if self.additive:
            sums = self.query(x).unsqueeze(2) + self.key(x).unsqueeze(1)
            context = torch.bmm(self.compare(sums.tanh()).squeeze(3).softmax(2), x)
        else:
            context = functional.scaled_dot_product_attention(self.query(x), x, x, scale=1.0)
        return self.output(context.flatten(0, 1))


OTHERS = {
    'bidirectional-lstm': BidirectionalLstm,
    'layer-norm-lstm': LayerNormLstm,
    'text-cnn': TextCnn,
    'attention-general': Attention,
    'attention-additive': Attention,
}


def model_of(work):
    name = work['model']
    if name in CELLS:
        return LanguageModel(work)
    if name not in OTHERS:
        raise ValueError(f'PyTorch has no model for {name} here')
    return OTHERS[name](work)
