import type { NodeLink, ObjectName } from '#kinds/define'
import type { Registry } from '../../registry/registry.ts'
import type { Resource } from '../../registry/resource.ts'
import type { Entry } from '../../watch-cache/entry.ts'
import { follow } from '../follow.ts'

const keyOf = ({ group, plural, namespace = '', name }: ObjectName) =>
  `${group}/${plural}/${namespace}/${name}`

const nodeKey = (name: string) => keyOf({ group: '', plural: 'nodes', name })

/** Which objects lead to which nodes, as the pods, volumes and attachments of the cluster tell it. */
export class NodeGraph {
  /** By object: where it leads. */
  readonly #next = new Map<string, Set<string>>()
  /** By object: the links that it tells of. */
  readonly #told = new Map<string, readonly NodeLink[]>()
  /** By object: what leads there. */
  readonly #before = new Map<string, Set<string>>()

  /** A graph that follows the caches of a server. */
  static following(registry: Registry): NodeGraph {
    const graph = new NodeGraph()
    for (const resource of registry.all) {
      if (resource.kind.nodeLinks !== undefined) follow(resource.cache, graph.#follower(resource))
    }
    return graph
  }

  #follower({ kind }: Resource) {
    const home = `${kind.group}/${kind.plural}/`
    const own = ({ namespace, name }: Entry) => `${home}${namespace}/${name}`
    return {
      put: (entry: Entry) => this.tell(own(entry), kind.nodeLinks?.(entry.object) ?? []),
      remove: (entry: Entry) => this.tell(own(entry), []),
      clear: () => {
        for (const key of Array.from(this.#told.keys())) if (key.startsWith(home)) this.tell(key, [])
      },
    }
  }

  /** Takes in the links that an object tells of, instead of those that it told of before. */
  tell(teller: string, links: readonly NodeLink[]): void {
    for (const { from, to } of this.#told.get(teller) ?? []) {
      unlink(this.#next, keyOf(from), keyOf(to))
      unlink(this.#before, keyOf(to), keyOf(from))
    }
    if (links.length === 0) this.#told.delete(teller)
    else this.#told.set(teller, links)
    for (const { from, to } of links) {
      link(this.#next, keyOf(from), keyOf(to))
      link(this.#before, keyOf(to), keyOf(from))
    }
  }

  /** Whether an object leads to a node. */
  leads(from: ObjectName, node: string): boolean {
    const start = keyOf(from)
    const goal = nodeKey(node)
    return this.#isNear(start, goal) || this.#search(start, goal, new Set())
  }

  /** Most objects lead to a node at once or by one pod: the shorter of two lists tells it, however many others there are. */
  #isNear(start: string, goal: string): boolean {
    const next = this.#next.get(start)
    const before = this.#before.get(goal)
    if (next === undefined || before === undefined) return false
    if (next.has(goal)) return true
    const [few, many] = next.size < before.size ? [next, before] : [before, next]
    for (const one of few) if (many.has(one)) return true
    return false
  }

  #search(at: string, goal: string, seen: Set<string>): boolean {
    if (at === goal) return true
    if (seen.has(at)) return false
    seen.add(at)
    for (const one of this.#next.get(at) ?? []) if (this.#search(one, goal, seen)) return true
    return false
  }
}

function link(map: Map<string, Set<string>>, key: string, value: string): void {
  const values = map.get(key)
  if (values) values.add(value)
  else map.set(key, new Set([value]))
}

function unlink(map: Map<string, Set<string>>, key: string, value: string): void {
  const values = map.get(key)
  values?.delete(value)
  if (values?.size === 0) map.delete(key)
}
