import { compareBytes } from '#base/byte-order'
import type { Cell } from '../../define.ts'
import type { PodTemplateSpec } from '../../gen/core-v1.ts'

/** Labels as a cell of a table. */
export function labelsText(labels: Readonly<Record<string, string>> | undefined): string {
  const texts = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`)
  return texts.length === 0 ? '<none>' : texts.sort(compareBytes).join(',')
}

/** The cells that tell of a template's containers. */
export function containerCells<T>(
  templateOf: (object: T) => PodTemplateSpec | undefined,
): Record<'Containers' | 'Images', Cell<T>> {
  const containers = (object: T) => templateOf(object)?.spec?.containers ?? []
  return {
    Containers: (object) =>
      containers(object)
        .map(({ name }) => name)
        .join(','),
    Images: (object) =>
      containers(object)
        .map(({ image }) => image ?? '')
        .join(','),
  }
}
