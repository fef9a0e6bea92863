// An echo server made with axum, as its documentation shows it.
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::any;
use axum::Router;

const LARGEST_MESSAGE: usize = 64 << 20; // octets; a frame's default is 16 MiB

async fn handler(upgrade: WebSocketUpgrade) -> Response {
    upgrade.max_frame_size(LARGEST_MESSAGE).on_upgrade(echo)
}

async fn echo(mut connection: WebSocket) {
    while let Some(Ok(message)) = connection.recv().await {
        if !matches!(message, Message::Text(_) | Message::Binary(_)) {
            continue; // axum answers pings and Closes
        }
        if connection.send(message).await.is_err() {
            return;
        }
    }
}

#[tokio::main]
async fn main() {
    let port = std::env::args().nth(2).expect("usage: server --port N");
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}"))
        .await
        .expect("cannot listen");
    let app = Router::new().route("/", any(handler));
    axum::serve(listener, app).await.expect("cannot serve");
}
