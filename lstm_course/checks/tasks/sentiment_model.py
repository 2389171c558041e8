"""Tasks of assignment 06-sentiment: the contract of a model."""

from __future__ import annotations

from lstm_course.checks.task import Idea, Task
from lstm_course.checks.tasks import sentiment_digests as digests
from lstm_course.checks.tasks.sentiment_behaviour import (
    ANSWERS,
    PAD,
    RANGE,
    contract,
    labelled,
    learning,
    loss,
    odd_batches,
    order,
    padded,
    padding,
    probability,
    reordered,
    repeated,
    size,
    told_apart,
    two_sizes,
)
from lstm_course.checks.toys import sentiment as toys

MODEL = (
    Task(
        function="build_model",
        returns=(ANSWERS, RANGE),
        cases=repeated,
        reference=probability,
        drive=toys.answers,
        digest=digests.probability,
        ideas=(
            Idea(
                "model-probability",
                (ANSWERS, RANGE),
                {
                    "logits where probabilities are expected": "The answers have no bounds. What turns a "
                    "logit into a probability?",
                    "tanh in place of the sigmoid": "Half of the answers are negative.",
                    "ReLU in place of the sigmoid": "No answer is negative, and some are beyond 1.",
                    "softmax over one unit": "The answer is the same for all reviews. Softmax shares 1 out "
                    "among its units; how much does a single one get?",
                    "return_sequences left on": "There is an answer for each word. The recurrent layer "
                    "should hand on one state per review.",
                    "a unit for each class": "Two numbers come out for each review, and one is enough.",
                    "the output layer is missing": "What comes out is a state. Something has to make one "
                    "number of it.",
                },
            ),
        ),
    ),
    Task(
        function="build_model",
        returns=(PAD,),
        cases=padded,
        reference=padding,
        drive=toys.answers,
        digest=digests.padding,
        ideas=(
            Idea(
                "model-padding",
                (PAD,),
                {
                    "padding is read as words": "A review gets another answer in the company of longer "
                    "ones. Which layer knows which ids are padding, and has it been told to say so?",
                    "the mask is lost on its way": "A mask is made, but some layer behind it does not heed "
                    "it or hand it on.",
                    "nothing is read": "Padding changes no answer, but no word does so either.",
                },
            ),
        ),
    ),
    Task(
        function="build_model",
        returns=("words that count", "pairs whose order counts"),
        cases=reordered,
        reference=order,
        drive=toys.answers,
        digest=digests.reading,
        ideas=(
            Idea(
                "model-order",
                ("words that count", "pairs whose order counts"),
                {
                    "a bag of words": "Each word counts, but their order does not: a mean or a sum reads "
                    "like that. Where is the recurrent layer?",
                    "only the last word is read": "All words but the last can be exchanged without effect. "
                    "What do you hand on of each review?",
                    "only the first word is read": "All words but the first can be exchanged without "
                    "effect. What do you hand on of each review?",
                    "nothing is read": "No word changes the answer: it is the same for all reviews.",
                    "the last word is not read": "All words count but the last one.",
                    "the first word is not read": "All words count but the first one.",
                },
            ),
        ),
    ),
    Task(
        function="build_model",
        returns=("answers", "loss"),
        cases=labelled,
        reference=loss,
        drive=toys.loss_of,
        digest=digests.loss,
        ideas=(
            Idea(
                "model-loss",
                ("loss",),
                {
                    "the mean squared error": "This loss measures distances. For probabilities there is one "
                    "that punishes a confident error without bound.",
                    "the mean absolute error": "This loss measures distances. For probabilities there is one "
                    "that punishes a confident error without bound.",
                    "the hinge loss": "This loss expects scores and labels of plus and minus one.",
                    "a loss for several classes on one unit": "The loss is zero whatever comes out: with "
                    "one unit there is only one class to choose.",
                    "the sum over the reviews": "The loss grows with the number of reviews in the batch.",
                    "the loss takes probabilities for logits": "The loss applies a sigmoid, and so does the "
                    "model.",
                    "the loss takes logits for probabilities": "What comes out is no probability, and the "
                    "loss has not been told.",
                },
            ),
        ),
    ),
    Task(
        function="build_model",
        returns=("number of weights", "vectors", "vocabulary_size"),
        cases=two_sizes,
        reference=size,
        drive=toys.size,
        digest=digests.size,
        ideas=(
            Idea(
                "model-size",
                ("number of weights", "vectors", "vocabulary_size"),
                {
                    "the embedding is too small for the vocabulary": "Count the ids: which is the largest, "
                    "and how many rows does it need?",
                    "the embedding has a size of its own": "The number of ids is an argument of the "
                    "function, and your model is too small for it.",
                    "the vocabulary's size is not heeded": "The number of ids is an argument of the "
                    "function, and your model is the same for each.",
                    "far too many weights": "Most of the weights are in the word vectors: how many numbers "
                    "has each of them? And how many units are there?",
                    "far too few weights": "A word needs more than a few numbers, and a state too.",
                },
            ),
        ),
    ),
    Task(
        function="build_model",
        returns=("training", "the loss"),
        cases=told_apart,
        reference=learning,
        drive=toys.learning,
        digest=digests.learning,
        ideas=(
            Idea(
                "model-learning",
                ("training", "the loss"),
                {
                    "the word vectors are frozen": "The word vectors stay what they were at the start: "
                    "random.",
                    "training changes nothing": "No weight moves. Either training is switched off, or the "
                    "answer does not depend on any weight.",
                    "a layer is frozen": "Some of the weights stay what they were at the start.",
                    "training hardly lowers the loss": "The weights move, and the loss does not. Which "
                    "optimiser is it, with which learning rate, and does the loss heed the answer?",
                    "training makes the loss larger": "The loss grows from step to step. Look at the "
                    "learning rate, and at its sign.",
                },
            ),
        ),
    ),
    Task(
        function="build_model",
        returns=("two calls", "odd batches answered", "the model"),
        cases=odd_batches,
        reference=contract,
        drive=toys.usable,
        digest=digests.usable,
        ideas=(
            Idea(
                "model-contract",
                ("two calls", "odd batches answered", "the model"),
                {
                    "one model for all calls": "Whoever trains the one model finds the other changed. Where "
                    "is your model built?",
                    "one length and no other": "A batch of other reviews is refused. A size that varies is "
                    "given as None.",
                    "the model is not compiled": "A model has to be told its loss and its optimiser before "
                    "it can be trained.",
                },
            ),
        ),
    ),
)
