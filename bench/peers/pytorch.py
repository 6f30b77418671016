"""The contender PyTorch; see bench/protocol.ts for what it is asked.

    python pytorch.py nn|cell THREADS

"nn" uses the modules that people use (nn.LSTM, nn.GRU, nn.RNN); "cell" samples with nn.LSTMCell, which is the quicker
one for single steps. The models stand in pytorch_models.py. Everything else is PyTorch's default: oneDNN, its Adam, eager mode.
"""

import json
import sys
import time

import torch
from torch import nn

from pytorch_models import CellModel, LanguageModel, model_of

VARIANT, THREADS = sys.argv[1], int(sys.argv[2])
TEMPERATURE = 0.8
STEPS_OF_TEXT = 8
torch.set_num_threads(THREADS)
torch.manual_seed(1)


def detached(state):
    return tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()


def prepare_training(model, work):
    """Training by truncated backpropagation with carried state; returns a function that does one whole step."""
    batch, length, vocabulary = work['batch'], work['length'], work['vocabulary']
    text = torch.randint(vocabulary, (STEPS_OF_TEXT * length + 1, batch))
    loss_of = nn.CrossEntropyLoss()
    optimiser = torch.optim.Adam(model.parameters(), lr=0.001)
    parameters = list(model.parameters())
    position = {'step': 0, 'state': None}

    def step():
        start = position['step'] % STEPS_OF_TEXT * length
        if start == 0:
            position['state'] = None
        inputs, targets = text[start : start + length], text[start + 1 : start + 1 + length]
        logits, state = model(inputs, position['state'])
        loss = loss_of(logits.view(-1, vocabulary), targets.reshape(-1))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        position['state'] = detached(state)
        position['step'] += 1
        return loss.item()

    return step


def prepare_steps(model, work):
    """Training of a model without carried state on random tokens and labels; returns a function that does one step."""
    count = work['batch'] * work['length']
    outputs = work.get('classes', work['vocabulary'])
    rows = work['batch'] if work['model'] == 'text-cnn' else count
    batches = [
        (torch.randint(work['vocabulary'], (count,)), torch.randint(outputs, (rows,))) for _ in range(STEPS_OF_TEXT)
    ]
    loss_of = nn.CrossEntropyLoss()
    optimiser = torch.optim.Adam(model.parameters(), lr=0.001)
    parameters = list(model.parameters())
    position = {'step': 0}

    def step():
        ids, labels = batches[position['step'] % STEPS_OF_TEXT]
        loss = loss_of(model(ids), labels)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        position['step'] += 1
        return loss.item()

    return step


def prepare_sampling(model, work):
    """Drawing a text token by token; returns a function that draws one of work['length'] tokens."""
    # nn.LSTM reads ids [T, B] = [1, 1], a cell reads [B] = [1].
    shape = (1, 1) if VARIANT == 'nn' else (1,)

    @torch.inference_mode()
    def draw():
        state, token = None, torch.ones(shape, dtype=torch.long)
        for _ in range(work['length']):
            logits, state = model(token, state)
            probabilities = torch.softmax(logits.view(-1) / TEMPERATURE, 0)
            token = torch.multinomial(probabilities, 1)
            token.item()  # the text is wanted outside
            token = token.view(shape)
        # What a token costs on average, in nats: the price of the last scores against a token taken at random.
        return -torch.log_softmax(logits.view(-1), 0).mean().item()

    return draw


class Contender:
    def __init__(self):
        self.body = None
        self.tokens = 1

    def answer(self, request, rest):
        if request == 'hello':
            return {'version': f'PyTorch {torch.__version__} ({torch.backends.cpu.get_cpu_capability()})'}
        if request == 'prepare':
            return self.prepare(json.loads(rest))
        if request == 'run' and self.body:
            return [self.measure() for _ in range(int(rest))]
        if request == 'memory':
            return peak_memory()
        raise ValueError(f'cannot answer "{request}" now')

    def prepare(self, work):
        sampling = work['task'] == 'sample'
        model = CellModel(work) if VARIANT == 'cell' else model_of(work)
        if isinstance(model, LanguageModel) or VARIANT == 'cell':
            self.body = (prepare_sampling if sampling else prepare_training)(model, work)
        else:
            self.body = prepare_steps(model, work)
        self.tokens = work['length'] if sampling else 1
        return {'parameters': sum(p.numel() for p in model.parameters()), 'loss': self.body()}

    def measure(self):
        """Milliseconds of one training step, or of one drawn token."""
        start = time.perf_counter()
        self.body()
        return (time.perf_counter() - start) * 1000 / self.tokens


def peak_memory():
    """Most memory that this process has had resident, in bytes; see bench/memory.ts."""
    try:
        with open('/proc/self/status', encoding='ascii') as status:
            for line in status:
                if line.startswith('VmHWM:'):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    import resource  # not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == 'darwin' else peak * 1024


def main():
    contender = Contender()
    for line in sys.stdin:
        request, _, rest = line.strip().partition(' ')
        try:
            print('ok', json.dumps(contender.answer(request, rest)), flush=True)
        except Exception as error:  # whatever it is, the one who asked has to know
            print('error', str(error).split('\n')[0], flush=True)


if __name__ == '__main__':
    main()
