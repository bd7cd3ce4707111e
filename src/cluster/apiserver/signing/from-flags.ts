import { FlagError, type Values } from '#base/flags'
import type { ApiServerSettings } from '../options.ts'
import type { signingFlags } from './flags.ts'

/** How certificates are signed, where flags name an authority. @throws FlagError. */
export function signingFromFlags(
  values: Values<typeof signingFlags>,
): Pick<ApiServerSettings, 'certificateSigning'> {
  const { clusterSigningCertFile: certFile, clusterSigningKeyFile: keyFile } = values
  const { clusterSigningDuration: durationMs } = values
  if ((certFile === '') !== (keyFile === ''))
    throw new FlagError(
      '--cluster-signing-cert-file and --cluster-signing-key-file belong together: give both or neither',
    )
  if (durationMs <= 0)
    throw new FlagError('invalid argument for "--cluster-signing-duration" flag: must be greater than 0')
  return certFile === '' ? {} : { certificateSigning: { certFile, keyFile, durationMs } }
}
