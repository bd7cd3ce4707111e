import type { NodeLink, ObjectName } from './define.ts'

/** A node by its name. */
export const nodeNamed = (name: string): ObjectName => ({ group: '', plural: 'nodes', name })

/** An object of the core group. */
export const coreObject = (plural: string, namespace: string, name: string): ObjectName => ({
  group: '',
  plural,
  namespace,
  name,
})

/** Links of several objects to one. */
export const linksTo = (to: ObjectName, from: readonly ObjectName[]): NodeLink[] =>
  from.map((one) => ({ from: one, to }))
