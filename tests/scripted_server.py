"""A server that speaks as llama-server, vLLM, LM Studio and Ollama do, with a “model” that knows one text by heart."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TEXT = "It was the best of times, it was the worst of times. Größe 很好 ends it."
MODEL = "by-heart"
SURE = -0.05
_TOKEN = re.compile(r" ?\w+|[^\w]")


def tokens_after(prompt: str) -> list[str]:
    """What the model says after the end of ``prompt``, wherever that stands in the text."""
    for size in range(min(len(prompt), len(TEXT)), 0, -1):
        at = TEXT.find(prompt[-size:])
        if at >= 0:
            return _TOKEN.findall(TEXT[at + size :])
    return _TOKEN.findall(TEXT)


def tops(token: str) -> dict[str, float]:
    return {token: SURE, " never": -4.0, "xyz": -5.0}


def openai_lists(token: str) -> dict[str, Any]:
    """vLLM, LM Studio, llama-cpp-python."""
    return {
        "logprobs": {
            "tokens": [token],
            "token_logprobs": [SURE],
            "top_logprobs": [tops(token)],
            "text_offset": [0],
        }
    }


def openai_objects(token: str) -> dict[str, Any]:
    """llama-server, newer Ollama."""
    others = [{"token": name, "logprob": value, "bytes": []} for name, value in tops(token).items()]
    content = [{"token": token, "logprob": SURE, "top_logprobs": others}]
    return {"logprobs": {"content": content}}


def llama_cpp(token: str) -> dict[str, Any]:
    """llama-server before it took OpenAI's form."""
    probs = [{"tok_str": name, "prob": 2.718281828**value} for name, value in tops(token).items()]
    return {"completion_probabilities": [{"content": token, "probs": probs}]}


def nothing(_token: str) -> dict[str, Any]:
    """Older Ollama."""
    return {"logprobs": None}


@dataclass
class Script:
    """How the server behaves; ``seen`` are the bodies that it got, ``closed`` counts clients that went early."""

    probabilities: Callable[[str], dict[str, Any]] = openai_lists
    models: tuple[str, ...] = (MODEL, "other")
    status: int = 200
    error: dict[str, Any] | None = None
    location: str = ""
    line_end: str = "\n"
    says_done: bool = True
    comments: bool = False
    first_empty: bool = False
    ends_with_usage: bool = False
    thinks: str = ""
    pause_s: float = 0.0
    first_pause_s: float = 0.0
    breaks_after: int = -1
    fails_after: str = ""
    raw: bytes | Callable[[], Iterator[bytes]] | None = None
    content_type: str = "text/event-stream; charset=utf-8"
    encoding: str = ""
    models_body: bytes | None = None
    splits_at: int = 0
    streams: bool = True
    key: str = ""
    most_told: int = 1_000
    seen: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    closed: threading.Event = field(default_factory=threading.Event)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Any

    @property
    def script(self) -> Script:
        return self.server.script  # type: ignore[no-any-return]

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self._note()
        if self._refuses():
            return
        body = self.script.models_body
        if body is None:
            self._json(
                200, {"object": "list", "data": [{"id": each} for each in self.script.models]}
            )
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._note()
        self.script.seen.append(body)
        if self._refuses() or self._fails(body):
            return
        try:
            self._answer(body)
        except (BrokenPipeError, ConnectionResetError):
            self.script.closed.set()
            self.close_connection = True

    def _note(self) -> None:
        self.script.paths.append(self.path)
        self.script.hosts.append(self.headers["Host"])

    def _refuses(self) -> bool:
        script = self.script
        if script.key and self.headers["Authorization"] != f"Bearer {script.key}":
            self._json(401, {"error": {"message": "no"}})
        elif script.location:
            self.send_response(302)
            self.send_header("Location", script.location)
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif script.status != 200:
            self._json(script.status, script.error or {})
        else:
            return False
        return True

    def _fails(self, body: dict[str, Any]) -> bool:
        """Of what goes on after a certain text it cannot say anything."""
        if not self.path.endswith("/chat/completions") and not self._is_wished_rightly(body):
            self._json(400, {"error": {"message": "logprobs: too many"}})
            return True
        after = self.script.fails_after
        if not after or not body.get("prompt", "").endswith(after):
            return False
        self._json(500, {})
        return True

    def _is_wished_rightly(self, body: dict[str, Any]) -> bool:
        """Strict servers refuse what they do not know, and more probabilities than they tell."""
        told, most = body.get("logprobs", 0), self.script.most_told
        return told <= most and (most >= 1_000 or "repeat_penalty" not in body)

    def _json(self, status: int, value: object) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _answer(self, body: dict[str, Any]) -> None:
        script = self.script
        is_chat = self.path.endswith("/chat/completions")
        prompt = body["messages"][-1]["content"] if is_chat else body["prompt"]
        tokens = tokens_after(prompt)
        is_cut = len(tokens) > body["max_tokens"]
        tokens = tokens[: body["max_tokens"]]
        if is_chat and script.thinks:
            tokens = [*_TOKEN.findall(f"<think>{script.thinks}</think>\n"), *tokens]
        finish = "length" if is_cut else "stop"
        if not script.streams:
            choice = self._choice("".join(tokens), is_chat, stream=False)
            self._json(200, {"choices": [{**choice, "finish_reason": finish}]})
            return
        self.send_response(200)
        self.send_header("Content-Type", script.content_type)
        if script.encoding:
            self.send_header("Content-Encoding", script.encoding)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        time.sleep(script.first_pause_s)
        if script.raw is not None:
            for part in [script.raw] if isinstance(script.raw, bytes) else script.raw():
                self.wfile.write(part)
                self.wfile.flush()
            return
        for number, event in enumerate(self._events(tokens, is_chat, finish)):
            if number == script.breaks_after:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self._send(event)
            time.sleep(script.pause_s)

    def _events(self, tokens: list[str], is_chat: bool, finish: str) -> Iterator[str]:
        script = self.script
        if script.comments:
            yield f": keep-alive{script.line_end}{script.line_end}"
        if script.first_empty:
            yield self._event(
                {**self._choice("", is_chat), "logprobs": None, "finish_reason": None}
            )
        for token in tokens:
            extra = {} if is_chat else script.probabilities(token)
            yield self._event({**self._choice(token, is_chat), "finish_reason": None}, extra)
        yield self._event({**self._choice("", is_chat), "finish_reason": finish})
        if script.ends_with_usage:
            yield self._data({"choices": [], "usage": {"total_tokens": 3}})
        if script.says_done:
            yield f"data: [DONE]{script.line_end}{script.line_end}"

    def _choice(self, text: str, is_chat: bool, *, stream: bool = True) -> dict[str, Any]:
        if is_chat:
            return {"index": 0, "delta" if stream else "message": {"content": text}}
        return {"index": 0, "text": text}

    def _event(self, choice: dict[str, Any], extra: dict[str, Any] | None = None) -> str:
        return self._data({"id": "x", "choices": [{**choice, **(extra or {})}]})

    def _data(self, value: object) -> str:
        end = self.script.line_end
        return f"data: {json.dumps(value, ensure_ascii=False)}{end}{end}"

    def _send(self, event: str) -> None:
        data = event.encode()
        size = self.script.splits_at or len(data)
        for at in range(0, len(data), size):
            self.wfile.write(data[at : at + size])
            self.wfile.flush()


@contextmanager
def serving(script: Script, port: int = 0) -> Iterator[str]:
    """The address of a server on this machine that follows ``script``, at ``port`` or at one that is free."""
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    server.script = script  # type: ignore[attr-defined]
    thread = threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
