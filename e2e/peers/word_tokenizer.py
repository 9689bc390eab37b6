"""Writes a tokenizer to which every word of a list is a token, as to the embedded model.

    python word_tokenizer.py FOLDER WORDS
"""

import json
import sys

from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

folder, path = sys.argv[1:]
with open(path) as file:
    words = file.read().split()
vocabulary = {word: at for at, word in enumerate([*words, "<unk>"])}
tokenizer = Tokenizer(models.WordLevel(vocab=vocabulary, unk_token="<unk>"))
tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<unk>").save_pretrained(folder)
print(json.dumps({"tokens": len(words)}))
