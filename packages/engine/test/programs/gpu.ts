// The drop-in for tfjs-node-gpu, in a process of its own: says on which device it runs, or why it does not.
try {
  await import('@spatial-ensemble/engine/tfjs-gpu');
  const { useTensorFlow } = await import('@spatial-ensemble/engine');
  console.log((await useTensorFlow({ device: 'gpu' })).device.type);
} catch (error) {
  console.log((error as Error).message);
}
