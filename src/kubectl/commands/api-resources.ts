import { boolKind, flag, stringKind, stringsKind, type Values } from '#base/flags'
import { defineCommand } from '../command.ts'
import { type ApiResource, apiVersionOf, qualifiedName } from '../discovery/resource.ts'
import { KubectlError, UsageError } from '../fault.ts'
import { print } from '../io.ts'
import { Columns } from '../printers/columns.ts'

const flags = {
  apiGroup: flag('api-group', stringKind, '', 'Show only resources of this API group.'),
  cached: flag('cached', boolKind, false, 'Use what is known from an earlier call.'),
  categories: flag('categories', stringsKind, [], 'Show only resources of these categories.'),
  namespaced: flag(
    'namespaced',
    boolKind,
    true,
    'Show only resources in namespaces, or with false those outside; both when not given.',
  ),
  noHeaders: flag('no-headers', boolKind, false, 'Leave out the head of the table.'),
  output: flag('output', stringKind, '', 'Output format. One of: (wide, name).', { short: 'o' }),
  sortBy: flag('sort-by', stringKind, '', "Sort by 'name' or 'kind'."),
  verbs: flag('verbs', stringsKind, [], 'Show only resources that have all these verbs.'),
} as const

type ResourcesValues = Values<typeof flags>

/** `kubectl api-resources`. */
export const apiResources = defineCommand({
  about: 'Print the resources that the server has.',
  examples: `# Print all resources
kubectl api-resources

# Print those outside namespaces, with their verbs
kubectl api-resources --namespaced=false -o wide`,
  usage: '[flags] [options]',
  flags,
  async run({ args, path, values, given, factory, io }) {
    if (args.length > 0) throw new UsageError(path, `unexpected arguments: [${args.join(' ')}]`)
    checkValues(values)
    const discovery = values.cached ? (await factory.mapper()).discovery : await factory.freshDiscovery()
    const shown = discovery.resources
      .filter((resource) => resource.isPreferred && isWanted(resource, values, given))
      .toSorted(values.sortBy === '' ? byGroup : by(values.sortBy))
    if (values.output === 'name') print(io, shown.map((resource) => `${qualifiedName(resource)}\n`).join(''))
    else print(io, table(shown, values))
  },
})

function checkValues({ output, sortBy }: ResourcesValues): void {
  if (!['', 'wide', 'name'].includes(output)) throw new KubectlError(`--output ${output} is not available`)
  if (!['', 'name', 'kind'].includes(sortBy)) throw new KubectlError('--sort-by accepts only name or kind')
}

function isWanted(resource: ApiResource, values: ResourcesValues, given: ReadonlySet<string>): boolean {
  return (
    resource.verbs.length > 0 &&
    (!given.has('api-group') || resource.group === values.apiGroup) &&
    (!given.has('namespaced') || resource.namespaced === values.namespaced) &&
    values.verbs.every((verb) => resource.verbs.includes(verb)) &&
    values.categories.every((category) => resource.categories.includes(category))
  )
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
const byGroup = (a: ApiResource, b: ApiResource) => compare(a.group, b.group) || compare(a.plural, b.plural)
const by = (field: string) => (a: ApiResource, b: ApiResource) =>
  field === 'kind' ? compare(a.kind, b.kind) : compare(a.plural, b.plural)

const head = ['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND']

function table(resources: readonly ApiResource[], { output, noHeaders }: ResourcesValues): string {
  const isWide = output === 'wide'
  const rows = resources.map((resource) => [
    resource.plural,
    resource.shortNames.join(','),
    apiVersionOf(resource),
    String(resource.namespaced),
    resource.kind,
    ...(isWide ? [[...resource.verbs].sort().join(','), resource.categories.join(',')] : []),
  ])
  const heads = noHeaders ? [] : [[...head, ...(isWide ? ['VERBS', 'CATEGORIES'] : [])]]
  return new Columns().format([...heads, ...rows])
}
