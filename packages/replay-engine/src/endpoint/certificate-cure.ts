import { codeOf, tellingError } from './client-host.ts'

/** Source: OpenSSL's verification results and Node's own, as Node names them. */
const UNKNOWN = /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(GET|VERIFY)_\w+)$/
const WRONG = /^(CERT_\w+|ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/

/** What to do about a certificate that was not taken; undefined where that is not why there is no connection. */
export function cureOfCertificate(error: unknown): string | undefined {
  const code = codeOf(tellingError(error))
  if (UNKNOWN.test(code))
    return 'Name the file with the certificate of its authority in NODE_EXTRA_CA_CERTS, or do without knowing who answers: --insecure'
  return WRONG.test(code)
    ? 'Give the server a certificate for this address that is in force, or do without knowing who answers: --insecure'
    : undefined
}
