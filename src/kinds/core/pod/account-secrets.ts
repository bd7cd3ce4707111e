import type { Container, EphemeralContainer, PodSpec, ServiceAccount } from '../../gen/core-v1.ts'

const annotation = 'kubernetes.io/enforce-mountable-secrets'
const yes: readonly string[] = ['1', 't', 'T', 'TRUE', 'true', 'True']

/** Whether the pods of an account may use no secrets but those that it names. */
const holds = ({ metadata }: ServiceAccount) => yes.includes(metadata.annotations?.[annotation] ?? '')

const namesOf = (refs: readonly { readonly name?: string }[] | undefined) =>
  new Set((refs ?? []).map(({ name }) => name))

const notAllowed = (what: string, secret: string, { metadata }: ServiceAccount) =>
  `${what} referencing secret.secretName="${secret}" is not allowed because service account ${metadata.name} does not reference that secret`

function containerFault(
  what: string,
  containers: readonly (Container | EphemeralContainer)[] | undefined,
  account: ServiceAccount,
): string | undefined {
  const mountable = namesOf(account.secrets)
  for (const { name, env = [], envFrom = [] } of containers ?? []) {
    for (const one of env) {
      const secret = one.valueFrom?.secretKeyRef?.name
      if (secret !== undefined && !mountable.has(secret))
        return notAllowed(`${what} ${name} with envVar ${one.name}`, secret, account)
    }
    for (const { secretRef } of envFrom) {
      const secret = secretRef?.name
      if (secret !== undefined && !mountable.has(secret))
        return notAllowed(`${what} ${name} with envFrom`, secret, account)
    }
  }
  return undefined
}

/** Why a new pod may not use a secret that it names; undefined when it may. */
export function secretsFault(spec: PodSpec, account: ServiceAccount): string | undefined {
  if (!holds(account)) return undefined
  const mountable = namesOf(account.secrets)
  const [volume] = (spec.volumes ?? []).flatMap(({ secret }) =>
    secret && !mountable.has(secret.secretName ?? '') ? [secret.secretName ?? ''] : [],
  )
  if (volume !== undefined) {
    return `volume with secret.secretName="${volume}" is not allowed because service account ${account.metadata.name} does not reference that secret`
  }
  return (
    containerFault('init container', spec.initContainers, account) ??
    containerFault('container', spec.containers, account) ??
    pullFault(spec, account)
  )
}

function pullFault({ imagePullSecrets = [] }: PodSpec, account: ServiceAccount): string | undefined {
  const allowed = namesOf(account.imagePullSecrets)
  const at = imagePullSecrets.findIndex(({ name }) => !allowed.has(name))
  if (at < 0) return undefined
  return `imagePullSecrets[${at}].name="${imagePullSecrets[at]?.name ?? ''}" is not allowed because service account ${account.metadata.name} does not reference that imagePullSecret`
}

/** The same of containers that are added to a pod. */
export const ephemeralSecretsFault = (spec: PodSpec, account: ServiceAccount): string | undefined =>
  holds(account) ? containerFault('ephemeral container', spec.ephemeralContainers, account) : undefined
