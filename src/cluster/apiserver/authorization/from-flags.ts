import { FlagError, type Values } from '#base/flags'
import type { apiServerFlags } from '../flags.ts'
import { type AuthorizationMode, type AuthorizationSettings, authorizationModes } from './settings.ts'

type ApiServerValues = Values<typeof apiServerFlags>

/** How long another server may take to decide, where nobody says so. */
const webhookTimeoutMs = 30_000

/** Reads what decides from the flags. @throws FlagError for what does not go together, in upstream's words. */
export function authorizationFromFlags(values: ApiServerValues): AuthorizationSettings {
  const { authorizationConfig: configFile, authorizationPolicyFile: policyFile } = values
  if (configFile !== '') {
    if (hasOldFlags(values)) {
      throw new FlagError(
        '--authorization-config can not be specified when --authorization-mode or --authorization-webhook-* flags are defined',
      )
    }
    return { configFile, ...(policyFile !== '' && { policyFile }) }
  }
  const modes = checkedModes(values)
  return {
    modes,
    ...(policyFile !== '' && { policyFile }),
    ...(modes.includes('Webhook') && { webhook: webhookOf(values) }),
  }
}

const hasOldFlags = (values: ApiServerValues) =>
  values.authorizationMode.length > 0 || values.authorizationWebhookConfigFile !== ''

function checkedModes(values: ApiServerValues): readonly AuthorizationMode[] {
  const { authorizationPolicyFile: policyFile, authorizationWebhookConfigFile: webhookFile } = values
  const given = values.authorizationMode.length > 0 ? values.authorizationMode : ['AlwaysAllow']
  const faults = [
    ...given
      .filter((mode) => !authorizationModes.includes(mode as AuthorizationMode))
      .map((mode) => `authorization-mode ${JSON.stringify(mode)} is not a valid mode`),
    ...(given.includes('ABAC') && policyFile === ''
      ? ["authorization-mode ABAC's authorization policy file not passed"]
      : []),
    ...(given.includes('Webhook') && webhookFile === ''
      ? ["authorization-mode Webhook's authorization config file not passed"]
      : []),
    ...(policyFile !== '' && !given.includes('ABAC')
      ? ['cannot specify --authorization-policy-file without mode ABAC']
      : []),
    ...(webhookFile !== '' && !given.includes('Webhook')
      ? ['cannot specify --authorization-webhook-config-file without mode Webhook']
      : []),
    ...(new Set(given).size < given.length
      ? [
          `authorization-mode [${given.map((one) => JSON.stringify(one)).join(' ')}] has mode specified more than once`,
        ]
      : []),
  ]
  if (faults.length > 0) throw new FlagError(faults.length === 1 ? faults[0] : `[${faults.join(', ')}]`)
  return given as readonly AuthorizationMode[]
}

function webhookOf(values: ApiServerValues) {
  const { authorizationWebhookVersion: version } = values
  if (version !== 'v1' && version !== 'v1beta1') {
    throw new FlagError(
      `unsupported webhook authorizer version ${JSON.stringify(version)}, supported versions are "v1", "v1beta1"`,
    )
  }
  return {
    version,
    authorizedMs: values.authorizationWebhookAuthorizedTtl,
    unauthorizedMs: values.authorizationWebhookUnauthorizedTtl,
    timeoutMs: webhookTimeoutMs,
    onFailure: 'NoOpinion',
    kubeconfig: values.authorizationWebhookConfigFile,
  } as const
}
