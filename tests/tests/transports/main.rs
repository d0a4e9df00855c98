//! Transports on odd networks: authorities of one's own, proxies that relay or refuse, and peers that never answer.

mod common;
mod proxies;
mod silence;
mod tls;
