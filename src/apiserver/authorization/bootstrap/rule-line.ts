import type { PolicyRule } from '#kinds/gen/rbac-v1'

const verbSets: Readonly<Record<string, readonly string[]>> = {
  READ: ['get', 'list', 'watch'],
  WRITE: ['create', 'delete', 'deletecollection', 'patch', 'update'],
}

const words = (text = '') => text.split(' ').filter((word) => word !== '')
const sorted = (list: readonly string[]) => [...new Set(list)].toSorted()

/**
 * A rule of a line: `verbs | groups | resources`, with names of objects after another bar if it is for these alone, or
 * `verbs | paths` for paths. `core` is the group without a name, READ and WRITE are the verbs that belong together.
 */
export function ruleOfLine(line: string): PolicyRule {
  const [verbs, second, resources, names] = line.split('|')
  const allVerbs = sorted(words(verbs).flatMap((verb) => verbSets[verb] ?? [verb]))
  if (resources === undefined) return { verbs: allVerbs, nonResourceURLs: sorted(words(second)) }
  return {
    verbs: allVerbs,
    apiGroups: sorted(words(second).map((group) => (group === 'core' ? '' : group))),
    resources: sorted(words(resources)),
    ...(names !== undefined && { resourceNames: sorted(words(names)) }),
  }
}
