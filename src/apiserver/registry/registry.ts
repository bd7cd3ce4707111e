import type { Resource } from './resource.ts'

/** All resources, by what a path names. */
export class Registry {
  readonly #byPath = new Map<string, Resource>()
  readonly all: readonly Resource[]

  constructor(resources: readonly Resource[]) {
    this.all = resources
    for (const one of resources) {
      this.#byPath.set(`${one.kind.group}/${one.kind.version}/${one.kind.plural}`, one)
    }
  }

  find(group: string, version: string, plural: string): Resource | undefined {
    return this.#byPath.get(`${group}/${version}/${plural}`)
  }

  /** The resource of a group in its first version. */
  inGroup(group: string, plural: string): Resource | undefined {
    return this.all.find(({ kind }) => kind.group === group && kind.plural === plural)
  }

  ofKind(apiVersion: string, kind: string): Resource | undefined {
    return this.all.find((one) => one.kind.apiVersion === apiVersion && one.kind.kind === kind)
  }

  /** True when some resource is served under the group and version. */
  serves(group: string, version: string): boolean {
    return this.all.some(({ kind }) => kind.group === group && kind.version === version)
  }
}
