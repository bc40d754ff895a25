/** TensorFlow.js' tests that fail on the engine, by their full names, and why each of them stays so. */
export const KNOWN_FAILURES: ReadonlyMap<string, string> = new Map([
  [
    'avgPool tensorflow {} gradient x=[3,3,1] f=[3,3] s=1 p=explicit',
    'TensorFlow.js averages over the image alone, and its gradient over the padding too: the engine’s is the derivative of the average',
  ],
  [
    'conv2dTranspose tensorflow {} input=8x8x8,output=4x4x8,f=8,s=1,inDepth=8,p=same vec4',
    'with a stride of 1 and padding `same` an image of 8 by 8 has no transpose of 4 by 4: TensorFlow refuses it',
  ],
  [
    'einsum tensorflow {} 2d matrix calculate trace: duplicate axes not implemented yet',
    'the test wants an error because other backends have no traces: TensorFlow has them',
  ],
  [
    'tan tensorflow {} numbers exceed float32 precision',
    'TensorFlow’s float32 tangent of −470,910,674 is 30144.1777, the number after 30144.1758, which the test takes from Math.tan',
  ],
]);
