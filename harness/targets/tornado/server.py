"""An echo server made with Tornado, as its documentation shows it."""

import argparse
import asyncio

import tornado.web
import tornado.websocket

LARGEST_MESSAGE = 32 << 20  # octets; the library's default is 10 MiB


class Echo(tornado.websocket.WebSocketHandler):
    def check_origin(self, origin: str) -> bool:
        return True

    def get_compression_options(self) -> dict:
        return {}

    async def on_message(self, message: str | bytes) -> None:
        await self.write_message(message, binary=isinstance(message, bytes))


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=9001)
    app = tornado.web.Application([("/", Echo)], websocket_max_message_size=LARGEST_MESSAGE)
    app.listen(parser.parse_args().port, address="127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
