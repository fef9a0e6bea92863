"""An echo server as a bare ASGI application, for uvicorn with either of its WebSocket libraries."""


async def echo(scope: dict, receive, send) -> None:
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 404})
        await send({"type": "http.response.body", "body": b"this is a WebSocket endpoint"})
    if scope["type"] != "websocket":
        return
    await receive()  # websocket.connect
    await send({"type": "websocket.accept"})
    while True:
        event = await receive()
        if event["type"] != "websocket.receive":
            return  # websocket.disconnect
        await send({"type": "websocket.send", "text": event.get("text"), "bytes": event.get("bytes")})
