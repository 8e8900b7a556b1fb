#!/usr/bin/env python3
"""Lets the `ollama` and `openai` clients for Python, unmodified, talk to `storyteller serve`.

    clients_nightly.py BINARY

They are installed into a virtual environment of its own; where that cannot be made it ends with
status 77 (skipped). STORYTELLER_CLIENTS names a folder that holds one already.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import server as serve  # noqa: E402 pylint: disable=wrong-import-position

# Run by the environment's own Python: ADDRESS PICTURE.
CONVERSATION = r'''
import base64, sys
import ollama, openai

address, path = sys.argv[1:]
picture = open(path, "rb").read()
said = "Not sure: perhaps a large white heart."
client = ollama.Client(host=address)
assert client.generate(model="llava", prompt="What is this?", images=[picture]).response == said
assert client.generate(model="llava", prompt="What is this?", images=[path]).response == said
pieces = list(client.generate(model="llava", prompt="What?", images=[picture], stream=True))
assert "".join(piece.response for piece in pieces) == said and pieces[-1].done
messages = [{"role": "user", "content": "What is this?", "images": [picture]}]
assert client.chat(model="llava", messages=messages).message.content == said
pieces = list(client.chat(model="llava", messages=messages, stream=True))
assert "".join(piece.message.content for piece in pieces) == said and pieces[-1].done_reason == "stop"
assert client.list().models[0].model == "storyteller:latest"
assert "vision" in client.show("storyteller").capabilities
assert client.ps().models[0].model == "storyteller:latest"
try:
    client.generate(model="llava", prompt="hello")
    raise SystemExit("no picture, and no error")
except ollama.ResponseError as error:
    assert error.status_code == 400 and "send an image" in error.error, error
print("ollama: ok")

client = openai.OpenAI(base_url=address + "/v1", api_key="none", max_retries=0)
url = "data:image/jpeg;base64," + base64.b64encode(picture).decode()
messages = [{"role": "user", "content": [{"type": "text", "text": "What is this?"},
                                         {"type": "image_url", "image_url": {"url": url}}]}]
answer = client.chat.completions.create(model="gpt-4o", messages=messages)
assert answer.choices[0].message.content == said and answer.choices[0].finish_reason == "stop"
assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
chunks = list(client.chat.completions.create(model="gpt-4o", messages=messages, stream=True,
                                             stream_options={"include_usage": True}))
assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == said
assert chunks[-1].usage.total_tokens > 0 and chunks[-2].choices[0].finish_reason == "stop"
assert [model.id for model in client.models.list()] == ["storyteller"]
try:
    client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "hello"}])
    raise SystemExit("no picture, and no error")
except openai.BadRequestError as error:
    assert error.code == "no_image" and error.type == "invalid_request_error", error
print("openai: ok")
'''


def environment(folder):
    """Its Python, with both clients; skips where they cannot be had."""
    given = os.environ.get("STORYTELLER_CLIENTS")
    python = os.path.join(given or folder, "bin", "python3")
    if given:
        return python
    try:
        venv.create(folder, with_pip=True)
    except (subprocess.CalledProcessError, OSError) as failure:
        serve.skip(f"no virtual environment: {failure}; install python3-venv")
    done = subprocess.run([python, "-m", "pip", "install", "--quiet", "ollama", "openai"],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        serve.skip("the clients could not be installed: " + done.stdout.strip().split("\n")[-1])
    return python


def example(port):
    """The page's own, which ends with the sentence."""
    with open(os.path.join(serve.ROOT, "docs", "apps", "serve.md"), encoding="utf-8") as file:
        block = re.search(r"^```python\n(.*?)^```", file.read(), re.S | re.M)[1]
    head, call, rest = block.replace(":8765", f":{port}").partition("client.chat")
    return f"{head}said = {call}{rest}\nassert said == 'Not sure: perhaps a large white heart.', said\n" \
           "print('docs/apps/serve.md: ok')\n"


def main():
    binary = os.path.abspath(sys.argv[1])
    serve.require_serve(binary)
    with tempfile.TemporaryDirectory() as folder:
        python = environment(folder)
        shutil.copy(serve.SCENE, os.path.join(folder, "dog.jpg"))
        with serve.Server(binary, "--quiet") as server:
            worst = 0
            for script in (CONVERSATION, example(server.port)):
                done = subprocess.run([python, "-c", script, server.url, serve.SCENE], cwd=folder,
                                      env=dict(os.environ, NO_PROXY="*"), check=False)
                worst = max(worst, abs(done.returncode))
            return worst


if __name__ == "__main__":
    sys.exit(main())
