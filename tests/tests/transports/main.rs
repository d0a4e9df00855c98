//! Transports on difficult networks: private certificate authorities, proxies that forward or refuse, peers that never
//! respond, and connections that end.

mod common;
mod connections;
mod proxies;
mod silence;
mod tls;
