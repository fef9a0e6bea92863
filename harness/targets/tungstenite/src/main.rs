// An echo server made with tungstenite, a thread a connection, as its documentation shows it.
use std::net::{TcpListener, TcpStream};
use std::thread;

fn echo(stream: TcpStream) -> Result<(), Box<dyn std::error::Error>> {
    let mut connection = tungstenite::accept(stream)?;
    loop {
        let message = connection.read()?;
        if message.is_text() || message.is_binary() {
            connection.send(message)?;
        }
    }
}

fn main() -> std::io::Result<()> {
    let port = std::env::args().nth(2).expect("usage: server --port N");
    let listener = TcpListener::bind(format!("127.0.0.1:{port}"))?;
    for stream in listener.incoming().flatten() {
        thread::spawn(move || {
            let _ = echo(stream); // closed, or failed
        });
    }
    Ok(())
}
