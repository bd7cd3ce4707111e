/** One step of defaulting: a path, and a type's rules, a value, or the steps of a pod specification. */
export type DefaultStep = readonly [path: string, what: string | { readonly default: unknown }]
