/** What a line of a policy file allows. */
export interface AbacPolicy {
  readonly user: string
  readonly group: string
  readonly readonly: boolean
  readonly apiGroup: string
  readonly resource: string
  readonly namespace: string
  readonly nonResourcePath: string
}

const apiVersion = 'abac.authorization.kubernetes.io/v1beta1'

/**
 * Reads a policy file: one JSON object on a line; empty lines and those that begin with # do not count.
 * @throws Error that names the file and the line.
 */
export function readPolicyFile(path: string, text: string): AbacPolicy[] {
  return text.split(/\r?\n/).flatMap((line, at) => {
    if (line.trim() === '' || line.trim().startsWith('#')) return []
    try {
      return [policyOf(JSON.parse(line))]
    } catch (error) {
      const why = (error as Error).message
      throw new Error(`error reading policy file ${path}, line ${at + 1}: ${line}: ${why}`, { cause: error })
    }
  })
}

type Members = Readonly<Record<string, unknown>>

function policyOf(json: unknown): AbacPolicy {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new Error('it is no object')
  const object = json as Members
  if (object['apiVersion'] === undefined && object['kind'] === undefined) return oldPolicy(membersOf(object))
  if (object['apiVersion'] !== apiVersion || object['kind'] !== 'Policy') {
    throw new Error(`it is no Policy of ${apiVersion}`)
  }
  return everyone(membersOf((object['spec'] ?? {}) as Members))
}

const texts = ['user', 'group', 'apiGroup', 'resource', 'namespace', 'nonResourcePath'] as const

function membersOf(json: Members): AbacPolicy {
  for (const name of texts) {
    if (typeof (json[name] ?? '') !== 'string') throw new Error(`${name} is no string`)
  }
  if (typeof (json['readonly'] ?? false) !== 'boolean') throw new Error('readonly is no boolean')
  const read = Object.fromEntries(texts.map((name) => [name, json[name] ?? '']))
  return { ...(read as Record<(typeof texts)[number], string>), readonly: json['readonly'] === true }
}

/** Before there were versions, what was left out was meant for all. */
function oldPolicy(old: AbacPolicy): AbacPolicy {
  const isForAll = old.user === '' && old.group === ''
  return everyone({
    ...old,
    group: isForAll ? '*' : old.group,
    apiGroup: '*',
    namespace: old.namespace || '*',
    resource: old.resource || '*',
    nonResourcePath: old.namespace === '' && old.resource === '' ? '*' : '',
  })
}

/** A star means everybody who is known, not everybody. */
const everyone = (policy: AbacPolicy): AbacPolicy =>
  policy.user === '*' || policy.group === '*'
    ? { ...policy, user: '', group: 'system:authenticated' }
    : policy
