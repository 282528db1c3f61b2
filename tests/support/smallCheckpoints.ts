import { ruleWeights } from './checkpointReference'
import { floatTensor, type WritableTensor } from './torchWriter'

type Shapes = [name: string, shape: number[]][]

/** Tensors of a PromptIR of this width with one block everywhere and small prompts. */
export function smallPromptIr(width = 8, experts = 3): WritableTensor[] {
  const prompts = { 1: 4, 2: 6, 3: 8 }
  const features = { 1: 2 * width, 2: 4 * width, 3: 8 * width }
  const shapes: Shapes = [...frame(width, 6 * width, 4 * width)]
  for (const level of [1, 2, 3] as const) {
    const [seen, added] = [features[level], prompts[level]]
    shapes.push(
      [`prompt${level}.prompt_param`, [1, experts, added, 4, 4]],
      [`prompt${level}.linear_layer.weight`, [experts, seen]],
      [`prompt${level}.linear_layer.bias`, [experts]],
      [`prompt${level}.conv3x3.weight`, [added, added, 3, 3]],
      ...block(`noise_level${level}`, seen + added, 2),
      [`reduce_noise_level${level}.weight`, [level === 1 ? 2 * width : 4 * width, seen + added, 1, 1]],
    )
  }
  return tensorsOf(shapes)
}

/** Tensors of a Restormer of this width with one block everywhere. */
export function smallRestormer(width = 8): WritableTensor[] {
  return tensorsOf(frame(width, 8 * width, 8 * width))
}

/** Tensors of a NAFNet with so many blocks at each scale. */
export function smallNafNet(width = 8, encoders = [1, 1], middle = 1, decoders = [1, 1]): WritableTensor[] {
  const coarsest = width * 2 ** encoders.length
  return tensorsOf([
    ...biased('intro', [width, 3, 3, 3]),
    ...biased('ending', [3, width, 3, 3]),
    ...encoders.flatMap((count, scale) => nafBlocks(`encoders.${scale}`, count, width * 2 ** scale)),
    ...encoders.flatMap((_, scale) =>
      biased(`downs.${scale}`, [width * 2 ** (scale + 1), width * 2 ** scale, 2, 2]),
    ),
    ...nafBlocks('middle_blks', middle, coarsest),
    ...decoders.map((_, step): Shapes[number] => [
      `ups.${step}.0.weight`,
      [coarsest / 2 ** (step - 1), coarsest / 2 ** step, 1, 1],
    ]),
    ...decoders.flatMap((count, step) => nafBlocks(`decoders.${step}`, count, coarsest / 2 ** (step + 1))),
  ])
}

function nafBlocks(name: string, count: number, channels: number): Shapes {
  return Array.from({ length: count }, (_, index) => {
    const at = (part: string) => `${name}.${index}.${part}`
    const shapes: Shapes = [
      [at('beta'), [1, channels, 1, 1]],
      [at('gamma'), [1, channels, 1, 1]],
      ...biased(at('conv1'), [2 * channels, channels, 1, 1]),
      ...biased(at('conv2'), [2 * channels, 1, 3, 3]),
      ...biased(at('conv3'), [channels, channels, 1, 1]),
      ...biased(at('sca.1'), [channels, channels, 1, 1]),
      ...biased(at('conv4'), [2 * channels, channels, 1, 1]),
      ...biased(at('conv5'), [channels, channels, 1, 1]),
      ...biased(at('norm1'), [channels]),
      ...biased(at('norm2'), [channels]),
    ]
    return shapes
  }).flat()
}

function biased(name: string, shape: number[]): Shapes {
  return [
    [`${name}.weight`, shape],
    [`${name}.bias`, shape.slice(0, 1)],
  ]
}

/** What PromptIR and Restormer have: `reduced` channels go into `reduce_chan_level3`, `lifted` into `up4_3`. */
function frame(width: number, reduced: number, lifted: number): Shapes {
  return [
    ['patch_embed.proj.weight', [width, 3, 3, 3]],
    ...block('encoder_level1.0', width, 1),
    ['down1_2.body.0.weight', [width / 2, width, 3, 3]],
    ...block('encoder_level2.0', 2 * width, 2),
    ['down2_3.body.0.weight', [width, 2 * width, 3, 3]],
    ...block('encoder_level3.0', 4 * width, 4),
    ['down3_4.body.0.weight', [2 * width, 4 * width, 3, 3]],
    ...block('latent.0', 8 * width, 8),
    ['up4_3.body.0.weight', [2 * lifted, lifted, 3, 3]],
    ['reduce_chan_level3.weight', [4 * width, reduced, 1, 1]],
    ...block('decoder_level3.0', 4 * width, 4),
    ['up3_2.body.0.weight', [8 * width, 4 * width, 3, 3]],
    ['reduce_chan_level2.weight', [2 * width, 4 * width, 1, 1]],
    ...block('decoder_level2.0', 2 * width, 2),
    ['up2_1.body.0.weight', [4 * width, 2 * width, 3, 3]],
    ...block('decoder_level1.0', 2 * width, 1),
    ...block('refinement.0', 2 * width, 1),
    ['output.weight', [3, 2 * width, 3, 3]],
  ]
}

function block(name: string, channels: number, heads: number): Shapes {
  const hidden = Math.floor(channels * 2.66)
  return [
    [`${name}.norm1.body.weight`, [channels]],
    [`${name}.norm1.body.bias`, [channels]],
    [`${name}.attn.temperature`, [heads, 1, 1]],
    [`${name}.attn.qkv.weight`, [3 * channels, channels, 1, 1]],
    [`${name}.attn.qkv_dwconv.weight`, [3 * channels, 1, 3, 3]],
    [`${name}.attn.project_out.weight`, [channels, channels, 1, 1]],
    [`${name}.norm2.body.weight`, [channels]],
    [`${name}.norm2.body.bias`, [channels]],
    [`${name}.ffn.project_in.weight`, [2 * hidden, channels, 1, 1]],
    [`${name}.ffn.dwconv.weight`, [2 * hidden, 1, 3, 3]],
    [`${name}.ffn.project_out.weight`, [channels, hidden, 1, 1]],
  ]
}

function tensorsOf(shapes: Shapes): WritableTensor[] {
  return shapes.map(([name, shape]) => floatTensor(name, shape, ruleWeights(name, shape)))
}
