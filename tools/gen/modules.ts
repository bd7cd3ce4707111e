// Which generated file a type goes to, and how other files refer to it.

const groups: readonly [RegExp, string][] = [
  [/^io\.k8s\.apimachinery\.pkg\.apis\.meta\.v1\./, 'meta-v1'],
  [/^io\.k8s\.apimachinery\./, 'shared'],
  [/^io\.k8s\.api\.(\w+)\.(\w+)\./, ''],
  [/^io\.k8s\.[\w-]+\.pkg\.apis\.(\w+)\.(\w+)\./, ''],
  [/^io\.k8s\.metrics\.pkg\.apis\.(\w+)\.(\w+)\./, ''],
]

/** The generated file, without its ending, that holds a type: `core-v1`. */
export function moduleOf(type: string): string {
  for (const [pattern, module] of groups) {
    const match = pattern.exec(type)
    if (match) return module === '' ? `${match[1]}-${match[2]}` : module
  }
  throw new Error(`no generated file for type ${type}`)
}

/** The last part of an OpenAPI name: `Pod`. */
export const shortName = (type: string) => type.slice(type.lastIndexOf('.') + 1)

/** The name that a file imports another one under: `coreV1`. */
export const alias = (module: string) =>
  module.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
