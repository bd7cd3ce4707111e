import type { Pod } from '#kinds/gen/core-v1'
import type { Image, RuntimeContainer } from '../contract.ts'

/** Images that nothing here is made of, that no living pod names and that are not pinned. */
export function unusedImages(
  images: readonly Image[],
  containers: readonly Pick<RuntimeContainer, 'image' | 'imageRef'>[],
  pods: readonly Pod[],
): readonly Image[] {
  const named = pods.flatMap(({ spec }) =>
    [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].map(({ image = '' }) => image),
  )
  const used = new Set([...containers.flatMap(({ image, imageRef }) => [image, imageRef]), ...named])
  return images.filter((image) => {
    const names = [image.id, ...image.repoTags, ...image.repoDigests]
    return !image.pinned && !names.some((name) => used.has(name) || used.has(short(name)) || isPause(name))
  })
}

/** A pod may leave out what stands for itself. */
const short = (name: string) => name.replace(/^docker\.io\/(library\/)?/, '').replace(/:latest$/, '')

/** Every sandbox needs it, and older runtimes do not say that it is pinned. */
const isPause = (name: string) => /(^|\/)pause[:@]/.test(name)
