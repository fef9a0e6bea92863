"""An echo server made with aiohttp, as its documentation shows it."""

import argparse

from aiohttp import WSMsgType, web

LARGEST_MESSAGE = 32 << 20  # octets; the library's default is 4 MiB


async def echo(request: web.Request) -> web.WebSocketResponse:
    connection = web.WebSocketResponse(max_msg_size=LARGEST_MESSAGE)
    await connection.prepare(request)
    async for message in connection:
        if message.type == WSMsgType.TEXT:
            await connection.send_str(message.data)
        elif message.type == WSMsgType.BINARY:
            await connection.send_bytes(message.data)
    return connection


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=9001)
    app = web.Application()
    app.add_routes([web.get("/", echo)])
    web.run_app(app, host="127.0.0.1", port=parser.parse_args().port, print=None, access_log=None)
