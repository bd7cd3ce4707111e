import { durationKind, type Flags, flag, stringKind } from '#base/flags'

/** The flags of signing certificates. */
export const signingFlags = {
  clusterSigningCertFile: flag(
    'cluster-signing-cert-file',
    stringKind,
    '',
    'File with the certificate of the authority that signs what certificate signing requests ask for, once they are approved. Unset: somebody else signs.',
  ),
  clusterSigningKeyFile: flag(
    'cluster-signing-key-file',
    stringKind,
    '',
    'File with the key of --cluster-signing-cert-file.',
  ),
  clusterSigningDuration: flag(
    'cluster-signing-duration',
    durationKind,
    31_536_000_000,
    'How long such certificates last, unless less is asked for.',
  ),
} satisfies Flags
