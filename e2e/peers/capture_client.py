"""Talks to a server as their users do: the clients of OpenAI, and of Anthropic where the second address is given."""

import sys

import anthropic
import openai

chat, messages = sys.argv[1:]
client = openai.OpenAI(base_url=f"{chat}/v1", api_key="none", max_retries=0)
said = [{"role": "user", "content": "one two three"}]
options = {"model": "reprise-sim", "max_tokens": 5}
stream = client.chat.completions.create(messages=said, stream=True, stream_options={"include_usage": True}, **options)
assert [chunk.usage.completion_tokens for chunk in stream if chunk.usage] == [5]
assert client.chat.completions.create(messages=said, **options).usage.completion_tokens == 5
assert client.completions.create(prompt="one two", **options).usage.completion_tokens == 5
events = list(client.responses.create(model="reprise-sim", input="one two", max_output_tokens=5, stream=True))
assert events[-1].response.usage.output_tokens == 5

# Whoever has read enough leaves in the middle of a reply.
left = client.chat.completions.create(messages=said, stream=True, model="reprise-sim", max_tokens=400)
chunks = iter(left)
next(chunks)
left.response.close()

other = anthropic.Anthropic(base_url=messages, api_key="none", max_retries=0)
asked = {"model": "claude", "max_tokens": 100, "messages": said}
whole = other.messages.create(**asked)
with other.messages.stream(**asked) as stream:
    streamed = stream.get_final_message()
assert streamed.usage.cache_read_input_tokens == whole.usage.cache_read_input_tokens == 100
assert streamed.content[2].name == whole.content[2].name == "list"
