import type { KindDef } from '#kinds/define'

/**
 * The kinds that `--runtime-config` leaves on. @throws Error for a group version that is not known.
 */
export function enabledKinds(
  kinds: readonly KindDef[],
  config: Readonly<Record<string, boolean>>,
): readonly KindDef[] {
  const known = new Set(kinds.map(({ apiVersion }) => apiVersion))
  for (const name of Object.keys(config)) {
    if (!classes.has(name) && !known.has(nameOf(name)))
      throw new Error(
        `unknown api groups ${name.split('/')[0]}; --runtime-config knows ${[...known].join(', ')}`,
      )
  }
  const on = (kind: KindDef) => {
    const own = Object.entries(config).find(
      ([name]) => !classes.has(name) && nameOf(name) === kind.apiVersion,
    )
    if (own) return own[1]
    const { version } = kind
    const word = /alpha/.test(version) ? 'api/alpha' : /beta/.test(version) ? 'api/beta' : 'api/ga'
    return config[word] ?? config['api/all'] ?? true
  }
  return kinds.filter(on)
}

const classes = new Set(['api/all', 'api/ga', 'api/beta', 'api/alpha'])

/** The core group has no name: `api/v1` stands for `v1`. */
const nameOf = (name: string) => (name === 'api/v1' ? 'v1' : name)
