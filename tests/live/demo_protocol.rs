//! The demo exchange as any client of Binance would meet it.

use futures_util::{SinkExt, StreamExt};
use rtai_tui::domain::Nanos;
use rtai_tui::drive::demo_server::{self, DemoServer, DemoServerConfig};
use rtai_tui::drive::rest::Client;
use serde_json::Value;
use std::future::Future;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Ws = WebSocketStream<MaybeTlsStream<TcpStream>>;

fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(Duration::from_secs(30), test).await.expect("in time") });
}

fn server() -> DemoServer {
    demo_server::start(DemoServerConfig::new(5, 3.0)).unwrap()
}

async fn open(server: &DemoServer, path: &str) -> Ws {
    connect_async(format!("{}{path}", server.ws_url())).await.unwrap().0
}

async fn say(ws: &mut Ws, text: &str) {
    ws.send(Message::Text(text.into())).await.unwrap();
}

/// The next JSON message, or why the connection was closed.
async fn next(ws: &mut Ws) -> Value {
    loop {
        match ws.next().await {
            Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).unwrap(),
            Some(Ok(Message::Close(Some(frame)))) => return Value::from(frame.reason.as_str()),
            Some(Ok(_)) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn streams_come_by_message_and_by_url_wrapped_or_bare() {
    run(async {
        let server = server();
        let mut ws = open(&server, "/public/stream").await;
        say(&mut ws, r#"{"method":"SUBSCRIBE","params":["btcusdt@depth@100ms","btcusdt@aggTrade"],"id":9}"#).await;
        assert_eq!(next(&mut ws).await, serde_json::json!({"result": null, "id": 9}));
        // Trades were asked for on the wrong route: acknowledged, and silent.
        let mut last = None;
        for _ in 0..8 {
            let message = next(&mut ws).await;
            assert_eq!(message["stream"], "btcusdt@depth@100ms");
            assert!(last.is_none() || last == message["data"]["pu"].as_u64(), "the chain of updates holds");
            last = message["data"]["u"].as_u64();
        }
        let mut market = open(&server, "/market/stream?streams=btcusdt%40aggTrade").await;
        assert_eq!(next(&mut market).await["data"]["e"], "aggTrade");
        let mut bare = open(&server, "/market/ws/btcusdt@aggTrade").await;
        assert_eq!(next(&mut bare).await["e"], "aggTrade");
        assert!(connect_async(format!("{}/nowhere", server.ws_url())).await.is_err());
    });
}

#[test]
fn misuse_ends_a_connection() {
    run(async {
        let server = server();
        let mut ws = open(&server, "/market/stream").await;
        say(&mut ws, "hello").await;
        assert_eq!(next(&mut ws).await, "Invalid request");
        let mut ws = open(&server, "/market/stream").await;
        for id in 0..30 {
            let _ = ws.send(Message::Text(format!(r#"{{"method":"LIST_SUBSCRIPTIONS","id":{id}}}"#).into())).await;
        }
        let mut said = next(&mut ws).await;
        while said.is_object() {
            said = next(&mut ws).await;
        }
        assert_eq!(said, "Too many messages");
    });
}

#[test]
fn a_connection_is_pinged_and_ends_after_its_time() {
    run(async {
        let mut config = DemoServerConfig::new(5, 1.0);
        config.ping_every = Nanos::from_millis(200);
        config.lifetime = Nanos::from_secs(1);
        let server = demo_server::start(config).unwrap();
        let mut ws = open(&server, "/public/stream").await;
        assert!(matches!(ws.next().await, Some(Ok(Message::Ping(payload))) if !payload.is_empty()));
        assert_eq!(next(&mut ws).await, "Disconnected after its time");
    });
}

#[test]
fn rest_answers_and_refuses() {
    let server = server();
    let client = Client::new(&server.rest_url(), Duration::from_secs(10)).unwrap();
    let get = |path: &str| -> Value { serde_json::from_slice(&client.get(path).result.unwrap()).unwrap() };
    let refused = |path: &str| client.get(path).result.unwrap_err();
    assert_eq!(get("/fapi/v1/ping"), serde_json::json!({}));
    let now = get("/fapi/v1/time")["serverTime"].as_i64().unwrap();
    assert_eq!(get("/fapi/v1/exchangeInfo")["symbols"][0]["symbol"], "BTCUSDT");
    let book = get("/fapi/v1/depth?symbol=BTCUSDT&limit=20");
    assert_eq!((book["bids"].as_array().unwrap().len(), book["asks"].as_array().unwrap().len()), (20, 20));
    let rows = get("/fapi/v1/klines?symbol=ETHUSDT&interval=1h&limit=300");
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.len(), 300);
    assert!(rows.windows(2).all(|pair| pair[0][0].as_i64().unwrap() + 3_600_000 == pair[1][0].as_i64().unwrap()));
    assert!(rows[299][0].as_i64().unwrap() <= now);
    // From a moment on, and up to one.
    let from = rows[10][0].as_i64().unwrap();
    let some = get(&format!("/fapi/v1/klines?symbol=ETHUSDT&interval=1h&limit=5&startTime={}", from - 1));
    assert_eq!((some[0][0].as_i64(), some.as_array().unwrap().len()), (Some(from), 5));
    let some = get(&format!("/fapi/v1/klines?symbol=ETHUSDT&interval=1h&limit=5&endTime={from}"));
    assert_eq!(some[4][0].as_i64(), Some(from));
    assert!(get("/fapi/v1/aggTrades?symbol=BTCUSDT").is_array());
    for (path, status, says) in [
        ("/fapi/v1/depth?symbol=BTCUSDT&limit=7", 400, "Invalid depth limit"),
        ("/fapi/v1/depth?symbol=NOPE", 400, "Invalid symbol."),
        ("/fapi/v1/klines?symbol=BTCUSDT&interval=1s", 400, "Invalid interval."),
        ("/fapi/v1/klines?interval=1m", 400, "Mandatory parameter"),
        ("/nowhere", 404, "does not know this path"),
    ] {
        let failure = refused(path);
        assert!(failure.status == status && failure.message.contains(says), "{failure:?}");
    }
    // The budget of a minute is kept, and so is what it says about it.
    let answer = client.get("/fapi/v1/ping");
    assert!(answer.used.unwrap() > 20);
    let over = (0..250).find_map(|_| client.get("/fapi/v1/aggTrades?symbol=BTCUSDT").result.err()).unwrap();
    assert_eq!(over.status, 429);
    assert!(over.retry_after.unwrap() <= Nanos::from_secs(60));
}
