import type { Image, Runtime } from '../contract.ts'
import type { Channel } from './channel.ts'
import { deadlineMs } from './deadlines.ts'
import { ImageService, type Image as Listed } from './gen/cri_pb.ts'
import { toFilesystemUsage } from './usage.ts'

const rpc = ImageService.method

const toImage = (image: Listed): Image => ({
  id: image.id,
  repoTags: image.repoTags,
  repoDigests: image.repoDigests,
  sizeBytes: Number(image.size),
  uid: image.uid === undefined ? undefined : Number(image.uid.value),
  username: image.username,
  pinned: image.pinned,
})

type Verbs = 'pullImage' | 'imageStatus' | 'listImages' | 'removeImage' | 'imageFsInfo'

/** Images. */
export function imageRpc(channel: Channel): Pick<Runtime, Verbs> {
  return {
    async pullImage(image, auth, sandboxConfig, signal) {
      const request = {
        image: { image },
        ...(auth !== undefined && { auth }),
        ...(sandboxConfig !== undefined && { sandboxConfig }),
      }
      return (await channel.call(rpc.pullImage, request, deadlineMs.none, signal)).imageRef
    },
    async imageStatus(image, signal) {
      const answer = await channel.call(rpc.imageStatus, { image: { image } }, deadlineMs.usual, signal)
      return answer.image === undefined || answer.image.id === '' ? undefined : toImage(answer.image)
    },
    async listImages(signal) {
      return (await channel.call(rpc.listImages, {}, deadlineMs.usual, signal)).images.map(toImage)
    },
    async removeImage(image, signal) {
      await channel.call(rpc.removeImage, { image: { image } }, deadlineMs.usual, signal)
    },
    async imageFsInfo(signal) {
      const answer = await channel.call(rpc.imageFsInfo, {}, deadlineMs.usual, signal)
      return answer.imageFilesystems.map(toFilesystemUsage)
    },
  }
}
