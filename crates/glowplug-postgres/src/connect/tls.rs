//! TLS with rustls: what is trusted, how the server is checked, how the client proves itself.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;

use glowplug_dialect::error::{DatabaseError, ErrorKind};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::connect::Wire;
use crate::connect::tap::{LastError, Tap};
use crate::connect::url::{TlsMode, TlsSettings};

/// Makes the encrypted stream, with the tap moved to its plain side.
pub(crate) struct TappedTls {
    connect: <MakeRustlsConnect as MakeTlsConnect<Tap<Wire>>>::TlsConnect,
    last_error: LastError,
}

type RustlsStream = <MakeRustlsConnect as MakeTlsConnect<Tap<Wire>>>::Stream;

impl TappedTls {
    /// Prepares TLS for a host. Reads the files that the settings name.
    pub(crate) fn new(
        settings: &TlsSettings,
        host: &str,
        last_error: LastError,
    ) -> Result<Self, DatabaseError> {
        let mut make = MakeRustlsConnect::new(client_config(settings)?);
        let made = MakeTlsConnect::<Tap<Wire>>::make_tls_connect(&mut make, host);
        let connect = match made {
            Ok(connect) => connect,
            Err(never) => match never {},
        };
        Ok(Self { connect, last_error })
    }
}

impl TlsConnect<Tap<Wire>> for TappedTls {
    type Stream = Tap<RustlsStream>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Stream>> + Send>>;

    fn connect(self, mut stream: Tap<Wire>) -> Self::Future {
        stream.mute();
        let handshake = self.connect.connect(stream);
        let last_error = self.last_error;
        Box::pin(async move { Ok(Tap::new(handshake.await?, last_error, 0)) })
    }
}

fn client_config(settings: &TlsSettings) -> Result<ClientConfig, DatabaseError> {
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier::new(settings, &provider)?;
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| tls_error(format!("TLS cannot be set up: {error}")))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let Some(path) = &settings.identity_file else { return Ok(builder.with_no_client_auth()) };
    let certificates = read_certificates("sslidentity", path)?;
    let key_path = settings.key_file.as_ref().unwrap_or(path);
    let key = PrivateKeyDer::from_pem_file(key_path)
        .map_err(|error| tls_error(format!("no private key can be read from `{key_path}`: {error}")))?;
    builder
        .with_client_auth_cert(certificates, key)
        .map_err(|error| tls_error(format!("the client certificate in `{path}` cannot be used: {error}")))
}

fn read_certificates(parameter: &str, path: &str) -> Result<Vec<CertificateDer<'static>>, DatabaseError> {
    let bytes = std::fs::read(path)
        .map_err(|error| tls_error(format!("the file `{path}` of `{parameter}` cannot be read: {error}")))?;
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&bytes).filter_map(Result::ok).collect();
    if certificates.is_empty() {
        return Err(tls_error(format!("the file `{path}` of `{parameter}` holds no PEM certificate"))
            .with_hint("a PKCS#12 file is turned into PEM with `openssl pkcs12 -in identity.p12 -out identity.pem -nodes`"));
    }
    Ok(certificates)
}

fn tls_error(message: String) -> DatabaseError {
    DatabaseError::new(ErrorKind::Tls, message)
}

/// Checks the server's certificate as far as the mode asks for.
#[derive(Debug)]
struct Verifier {
    provider: Arc<CryptoProvider>,
    /// `None` accepts every certificate.
    chain: Option<Chain>,
}

#[derive(Debug)]
struct Chain {
    webpki: Arc<WebPkiServerVerifier>,
    /// Certificates named by the user. A server that shows one of them is the right one, even where the
    /// certificate signs itself and so is no authority in the sense of the standard.
    pinned: Vec<CertificateDer<'static>>,
    check_name: bool,
}

impl Verifier {
    fn new(settings: &TlsSettings, provider: &Arc<CryptoProvider>) -> Result<Self, DatabaseError> {
        let check_name = match settings.mode {
            TlsMode::Disable | TlsMode::Prefer | TlsMode::Require => {
                return Ok(Self { provider: Arc::clone(provider), chain: None });
            }
            TlsMode::VerifyCa => false,
            TlsMode::VerifyFull => true,
        };
        let mut roots = RootCertStore::empty();
        let pinned = match &settings.ca_file {
            Some(path) => read_certificates("sslcert", path)?,
            None => Vec::new(),
        };
        if settings.ca_file.is_some() {
            roots.add_parsable_certificates(pinned.iter().cloned());
        } else {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        let webpki = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
            .build()
            .map_err(|error| {
                tls_error(format!("there is no certificate authority to check the server against: {error}"))
                    .with_hint("name a PEM file with `sslcert=` in the connection string")
            })?;
        Ok(Self { provider: Arc::clone(provider), chain: Some(Chain { webpki, pinned, check_name }) })
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(chain) = &self.chain else { return Ok(ServerCertVerified::assertion()) };
        if chain.pinned.iter().any(|it| it == end_entity) {
            return Ok(ServerCertVerified::assertion());
        }
        let res = chain.webpki.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        match res {
            // The name is looked at after the chain, so the chain is good here.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !chain.check_name => Ok(ServerCertVerified::assertion()),
            res => res,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
