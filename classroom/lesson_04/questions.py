"""The questions of lesson 4, with their keys: predictions, quizzes, lines to put into order."""

from classroom.explore.parsons_logic import Parsons
from classroom.explore.prediction import Prediction
from classroom.explore.quiz_logic import Quiz

questions = {
    "order-blocks": Prediction(
        "The same two sublayers, but the feed-forward comes **first**. What is the second feature of the first row in the end? (It was 3.)",
        explanation=(
            "The hidden unit now sees $2 - 0 = 2$ and makes $(2, 2)$ of the first row; the second stays "
            "$(0, 4)$. Their mean is $(1, 3)$, so the rows become $(3, 5)$ and $(1, 7)$. The order matters."
        ),
    ),
    "depth": Prediction(
        "The two-layer model predicts nearly every repeated token. How many does the one-layer model get right?",
        {"Nearly all": 1, "About half": 0.5, "About a quarter": 0.25, "Nearly none": 0},
        explanation=lambda share, guessed: (
            f"It is {share:.2f}. One layer can see which tokens the passage holds, and a guess among them "
            f"is right in {guessed:.2f}. It does somewhat better, but which of them comes next it mostly "
            "cannot see. Afterword A opens the two-layer model and finds the two steps in it."
        ),
    ),
    "reach": Prediction(
        "*rapping at **my** chamber door*, 3 blocks, causal mask. The word *my* is replaced. How many of the five rows differ after the **third** block?",
        ["1", "2", "3", "5"],
        explanation=(
            "The word itself and all that follow, from the first block on. No number of blocks carries "
            "anything to the left: a causal mask keeps its promise at any depth."
        ),
    ),
    "cross": Prediction(
        "`copy-reverse`, source *the cat saw a little bird*. At `<bos>`, to which word of the source does the cross-attention give most weight?",
        ["the", "a", "bird", "To all about the same"],
        explanation=lambda first_look: (
            f"With {first_look.max():.2f} of the weight, the mean of the heads. The word is written first, "
            "so it is needed first."
        ),
    ),
    "block-count": Parsons(
        "Count the parameters of one encoder block of width $d$, with $d_{\\text{ff}} = 4d$, biases and two norms.",
        [
            r"The attention has four matrices, $W_Q, W_K, W_V, W_O$, each of shape $(d, d)$: $4d^2$.",
            r"Each of the four has a bias of length $d$: $4d^2 + 4d$.",
            r"The feed-forward goes up to $4d$ and down again, $(d, 4d)$ and $(4d, d)$: $12d^2 + 4d$.",
            r"Its biases have the lengths $4d$ and $d$: $12d^2 + 9d$.",
            r"Two norms, with a $\gamma$ and a $\beta$ of length $d$ each: $12d^2 + 13d$.",
            r"For a large $d$ the second term hardly counts: about $12d^2$.",
        ],
        distractors=[
            (
                r"Each of $n$ heads has its own four matrices, so this is multiplied by $n$: $4nd^2 + 4nd$.",
                "The matrices of a head are slices of the four: $d/n$ columns wide. All heads together make up one $(d, d)$.",
            ),
            (
                r"Every position has a feed-forward of its own, so there are $T$ of them: $8Td^2 + 4d^2 + 4d$.",
                "The same feed-forward works at every position. The length of the text costs time and memory, but not one parameter.",
            ),
        ],
        explain={
            r"Each of the four has a bias of length $d$: $4d^2 + 4d$.": "The paper of 2017 has none in the attention; GPT-2 and the models of this course do.",
            r"The feed-forward goes up to $4d$ and down again, $(d, 4d)$ and $(4d, d)$: $12d^2 + 4d$.": "Two matrices of $4d^2$ each: $8d^2$, twice as much as the attention.",
        },
    ),
    "embedding-share": Prediction(
        "GPT-2 small: 12 blocks of $d_{\\text{model}} = 768$, 50,257 tokens, the output tied. What share of its parameters is in the embedding?",
        {"About 1%": 0.01, "About 10%": 0.1, "About 30%": 0.3, "About 60%": 0.6},
        explanation=lambda in_gpt2, in_gpt3: (
            f"It is {in_gpt2:.2f}: $50257\\, d$ against about $12 \\cdot 12\\, d^2$ in the blocks. "
            f"In GPT-3 it is {in_gpt3:.4f}: there are more and wider blocks, and the vocabulary is the same."
        ),
    ),
    "attention-largest": Prediction(
        "Move the three sliders. Where is the **attention** the largest part?",
        ["Where the model is deep", "Where the width is large", "Where both are small", "Nowhere"],
        answer="Nowhere",
        explanation=(
            "Depth and width count for the attention and the feed-forward alike. In each block it is "
            "about $4d^2$ against $8d^2$, as long as $d_{\\text{ff}} = 4d$. What changes is the embedding: "
            "it grows like $d$ and the blocks like $d^2$, so its share falls as the model gets wider."
        ),
    ),
    "bottom-row": Prediction(
        "At the first token of the answer the bottom row is the same for every question. Why?",
        [
            "The embedding has not been trained",
            "The arrow has not yet listened to anything",
            "The output matrix cannot read such early rows",
        ],
        answer="The arrow has not yet listened to anything",
        explanation=(
            "The answer begins behind the arrow, so it is read there. Below the first block that row is "
            "the sum of two vectors, one for the arrow and one for its place, and both are the same in "
            "every question. The embedding is trained; and a matrix that reads badly would still give "
            "different readings of different rows."
        ),
    ),
    "second": Prediction(
        "After all three blocks nearly every answer is right. If the model ended after its **second** block, how many of 100 would be?",
        unit="of 100",
        explanation=(
            "Most answers can be read after the second block. After the first the model is no better "
            "than one that always gives the commonest answer."
        ),
    ),
    "swap": Prediction(
        "Blocks 2 and 3 of the trained model are exchanged. How many answers are still right?",
        {"Nearly all": 1, "About two thirds": 0.65, "About a third": 0.35, "Nearly none": 0},
        explanation=lambda share: (
            f"{share:.2f}. Blocks are not interchangeable: each was trained on what the one below leaves "
            "in the stream. But they all read and write the same stream, so more is left than when the "
            "first block comes later."
        ),
    ),
    "end": Prediction(
        "`copy-reverse` without the encoder's attention. In how many sentences does the decoder still look first at the **last** word of the source?",
        {
            "In nearly all": 1,
            "In about three quarters": 0.75,
            "In about a third": 0.35,
            "In nearly none": 0,
        },
        explanation=lambda share: f"{share:.2f}. For the first step the story is mostly wrong.",
    ),
    "search": Quiz(
        "You want one vector for each of a million articles, to find those that are about the same thing, and all you have is a decoder-only model. Which row at its top do you take?",
        [
            (
                "The first, which BERT's classifier reads",
                False,
                "BERT has no causal mask. Here the first row has heard only itself.",
            ),
            (
                "The one in the middle of the article",
                False,
                "It has heard the first half only.",
            ),
            (
                "The last",
                True,
                "Under a causal mask it is the only one that may use every word of the article.",
            ),
            (
                "Any: the same blocks made all of them",
                False,
                "The blocks are the same, but each row has heard only itself and what stands before it.",
            ),
        ],
    ),
    "memory": Quiz(
        "A decoder of 6 blocks writes the 10th word of a translation. What of its cross-attentions is the same as at the first word, and need not be computed again?",
        [
            (
                "The queries of all blocks",
                False,
                "They come from the row of the last word, and this word is new.",
            ),
            (
                "The keys and values of all blocks",
                True,
                "They are made of the memory, and the memory depends on the source alone.",
            ),
            (
                "The keys and values of the first block only",
                False,
                "Each block has its own $W_K$ and $W_V$, but all of them start from the same memory.",
            ),
            (
                "Nothing: each word changes the memory",
                False,
                "The encoder does not see the answer.",
            ),
        ],
    ),
    "own-mask": Quiz(
        "A reader's `encoder_block` makes a causal mask by itself and ignores the one it is given. `language_model` gives what it gave before. What goes wrong first?",
        [
            (
                "`encoder_decoder`: the memory is one-sided",
                True,
                "The encoder is to read the whole source. Now each row of the memory knows only the words before it. (Its padding mask is lost as well.)",
            ),
            (
                "`stack`: the shapes of the rows no longer agree",
                False,
                "A mask changes weights, not shapes.",
            ),
            (
                "`decoder_block`: it gets two causal masks in place of one",
                False,
                "It does not call `encoder_block`, and gets its own masks as before.",
            ),
            (
                "Nothing, as all three families are causal",
                False,
                "Only those that write are, and of an encoder–decoder only the decoder.",
            ),
        ],
    ),
    "wider-shallower": Quiz(
        "Model A has 12 blocks of width 512, model B 3 blocks of width 1024, both with $d_{\\text{ff}} = 4\\,d_{\\text{model}}$. Which has more parameters in its blocks?",
        [
            (
                "A has about four times as many as B",
                False,
                "It has four times as many blocks, but each is smaller.",
            ),
            (
                "A has about twice as many as B",
                False,
                "So it would be if a block grew like $d$. It grows like $d^2$.",
            ),
            (
                "Both have about the same",
                True,
                "$12 \\cdot 12 \\cdot 512^2 = 3 \\cdot 12 \\cdot 1024^2$: twice the width is worth four times the depth.",
            ),
            (
                "B has about twice as many as A",
                False,
                "So it would be with 6 blocks.",
            ),
        ],
    ),
    "ablation": Quiz(
        "Without the feed-forward of block 2 a trained model gives 0.90 right answers in place of 1.00. What follows?",
        [
            (
                "Trained without that part, a model would reach about 0.90",
                False,
                "It might find another way and reach 1.00. One must train it to know.",
            ),
            (
                "0.90 of these answers come out without what it adds",
                True,
                "This is what was measured, with this model and these questions.",
            ),
            (
                "That part does a tenth of all the work in the model",
                False,
                "Such shares do not add up: without the attention of block 1 three quarters of the answers are lost.",
            ),
            (
                "Another part of the model does the same a second time",
                False,
                "That is one possible reason. Perhaps these questions simply do not need the part.",
            ),
        ],
    ),
}
