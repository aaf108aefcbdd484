"""One process of a training by several: ``python -m rnn_edu.workers.worker FOLDER``.

The launcher starts it with ``TF_CONFIG`` in its environment, which says where the other workers
listen and which of them this one is.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from rnn_edu.language_model.batches import IntArray
from rnn_edu.quiet import SETTINGS, native_messages_held_back
from rnn_edu.workers.job import Job, Plan
from rnn_edu.workers.shares import share_of


class Worker:
    """A model that makes every step together with the other workers.

    Args:
        strategy: a :class:`tf.distribute.MultiWorkerMirroredStrategy`.
        model: the same in all workers, made in the strategy's scope.
    """

    def __init__(self, strategy: Any, model: Any) -> None:
        self.strategy, self.model = strategy, model
        self.index = strategy.cluster_resolver.task_id
        self.workers = strategy.num_replicas_in_sync
        self._compiled: dict[int, Any] = {}

    def train_on_numbers(self, sentences: list[IntArray]) -> float:
        """One step of Adam on a batch of which this worker does its share.

        Returns:
            The loss of the whole batch before the step.
        """
        import tensorflow as tf

        share, weights = share_of(sentences, self.index, self.workers)
        arrays = (share.inputs, share.targets, share.counts, weights.astype(self.model.dtype))
        loss: Any = self._step(len(share.counts))(*map(tf.constant, arrays))
        return float(loss)

    def _step(self, steps: int) -> Any:
        """The compiled step; all workers make them in the same order, one for each length."""
        import tensorflow as tf

        if steps not in self._compiled:
            numbers = tf.TensorSpec([None], tf.int64)
            signature = [numbers, numbers, tf.TensorSpec([steps], tf.int64)]
            signature.append(tf.TensorSpec([None], self.model.dtype))
            run = partial(self.strategy.run, partial(_in_step, self.model))
            self._compiled[steps] = tf.function(
                lambda *arrays: run(args=arrays), input_signature=signature
            )
        return self._compiled[steps]


def _in_step(model: Any, inputs: Any, targets: Any, counts: Any, shares: Any) -> Any:
    """This worker's loss and gradients, summed over all workers, and the step that follows."""
    import tensorflow as tf

    loss, gradients = model.loss_and_gradients(inputs, targets, counts, shares)
    context = tf.distribute.get_replica_context()
    loss, *gradients = context.all_reduce(tf.distribute.ReduceOp.SUM, [loss, *gradients])
    model.apply_gradients(gradients)
    return loss


def train(worker: Worker, job: Job, plan: Plan) -> None:
    """The epochs that are not finished yet; the first worker keeps the model and the losses."""
    sentences, losses = job.sentences(), job.losses()
    for epoch in range(worker.model.finished_epochs, plan.epochs):
        order = np.random.default_rng([plan.seed, epoch]).permutation(len(sentences))
        for start in range(0, len(order), plan.batch_size):
            batch = [sentences[i] for i in order[start : start + plan.batch_size]]
            losses.append(worker.train_on_numbers(batch))
        worker.model.finished_epochs += 1
        if worker.index == 0:
            worker.model.save(job.model)
            job.write_losses(losses)


def main(folder: str) -> int:
    """Joins the other workers and trains; returns the exit status."""
    os.environ.update(SETTINGS, CUDA_VISIBLE_DEVICES="-1")
    job = Job(Path(folder))
    # The strategy must come before the first tensor.
    with native_messages_held_back():
        import tensorflow as tf

        tf.get_logger().setLevel("ERROR")
        strategy = tf.distribute.MultiWorkerMirroredStrategy()
    from rnn_edu.language_model import RNNLanguageModel

    with strategy.scope():
        model = RNNLanguageModel.load(job.model)
    train(Worker(strategy, model), job, job.plan())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
