// Written by scripts/pin-wheels.ts.
import type { PinnedBuilds } from './wheel.ts';

/** The builds of TensorFlow that can be fetched, by platform and kind. */
export const PINNED_BUILDS: PinnedBuilds = {
  'linux-x64-cpu': [
    {
      name: 'tensorflow-cpu',
      version: '2.21.0',
      platform: 'manylinux_2_27_x86_64',
      sha256: 'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
      bytes: 274000871,
      files: {
        'tensorflow/libtensorflow_cc.so.2': 788086608,
        'tensorflow/libtensorflow_framework.so.2': 65222328,
      },
    },
  ],
  'linux-arm64-cpu': [
    {
      name: 'tensorflow',
      version: '2.21.0',
      platform: 'manylinux_2_27_aarch64',
      sha256: 'b07d15737406533898e36c7ef7944b1be18e9028dc521b9229952c537bbc5552',
      bytes: 281946471,
      files: {
        'tensorflow/libtensorflow_cc.so.2': 814885544,
        'tensorflow/libtensorflow_framework.so.2': 68176664,
      },
    },
  ],
  'darwin-arm64-cpu': [
    {
      name: 'tensorflow',
      version: '2.21.0',
      platform: 'macosx_12_0_arm64',
      sha256: '56ecd7d47429acbe1df2694d50b75bf9fc3995ac92cb367cd9af6c4780ead712',
      bytes: 223488205,
      files: {
        'tensorflow/libtensorflow_cc.2.dylib': 691352648,
        'tensorflow/libtensorflow_framework.2.dylib': 49452976,
      },
    },
  ],
  'linux-x64-cuda12': [
    {
      name: 'tensorflow',
      version: '2.21.0',
      platform: 'manylinux_2_27_x86_64',
      sha256: 'b3b95643c4e70eb925839938fb35cbe142f317ec84af6844ee61513713bb13c0',
      bytes: 572611111,
      files: {
        'tensorflow/libtensorflow_cc.so.2': 1096372272,
        'tensorflow/libtensorflow_framework.so.2': 162648808,
      },
    },
    {
      name: 'nvidia-cublas-cu12',
      version: '12.9.3.13',
      platform: 'manylinux_2_27_x86_64',
      sha256: 'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72',
      bytes: 581217458,
      files: {
        'nvidia/cublas/lib/libcublas.so.12': 105140976,
        'nvidia/cublas/lib/libcublasLt.so.12': 749169616,
      },
    },
    {
      name: 'nvidia-cuda-cupti-cu12',
      version: '12.9.79',
      platform: 'manylinux_2_25_x86_64',
      sha256: '096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f',
      bytes: 10814997,
      files: {
        'nvidia/cuda_cupti/lib/libcupti.so.12': 7604800,
        'nvidia/cuda_cupti/lib/libnvperf_host.so': 28578704,
        'nvidia/cuda_cupti/lib/libnvperf_target.so': 5070928,
      },
    },
    {
      name: 'nvidia-cuda-nvcc-cu12',
      version: '12.9.86',
      platform: 'manylinux_2_12_x86_64',
      sha256: '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0',
      bytes: 40546229,
      files: {
        'nvidia/cuda_nvcc/bin/ptxas': 34931056,
        'nvidia/cuda_nvcc/nvvm/lib64/libnvvm.so': 62581536,
        'nvidia/cuda_nvcc/nvvm/libdevice/libdevice.10.bc': 486168,
      },
    },
    {
      name: 'nvidia-cuda-nvrtc-cu12',
      version: '12.9.86',
      platform: 'manylinux_2_12_x86_64',
      sha256: '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
      bytes: 89568129,
      files: {
        'nvidia/cuda_nvrtc/lib/libnvrtc-builtins.so.12.9': 7202760,
        'nvidia/cuda_nvrtc/lib/libnvrtc.so.12': 106244480,
      },
    },
    {
      name: 'nvidia-cuda-runtime-cu12',
      version: '12.9.79',
      platform: 'manylinux_2_17_x86_64',
      sha256: '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
      bytes: 3493179,
      files: {
        'nvidia/cuda_runtime/lib/libcudart.so.12': 741088,
      },
    },
    {
      name: 'nvidia-cudnn-cu12',
      version: '9.28.0.42',
      platform: 'manylinux_2_27_x86_64',
      sha256: '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375',
      bytes: 716538495,
      files: {
        'nvidia/cudnn/lib/libcudnn.so.9': 137432,
        'nvidia/cudnn/lib/libcudnn_adv.so.9': 232904280,
        'nvidia/cudnn/lib/libcudnn_cnn.so.9': 4203992,
        'nvidia/cudnn/lib/libcudnn_engines_precompiled.so.9': 559964512,
        'nvidia/cudnn/lib/libcudnn_engines_runtime_compiled.so.9': 48269792,
        'nvidia/cudnn/lib/libcudnn_engines_tensor_ir.so.9': 2099128,
        'nvidia/cudnn/lib/libcudnn_ext.so.9': 10492448,
        'nvidia/cudnn/lib/libcudnn_graph.so.9': 115563344,
        'nvidia/cudnn/lib/libcudnn_heuristic.so.9': 96473944,
        'nvidia/cudnn/lib/libcudnn_ops.so.9': 92284600,
      },
    },
    {
      name: 'nvidia-cufft-cu12',
      version: '11.4.1.4',
      platform: 'manylinux_2_17_x86_64',
      sha256: 'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
      bytes: 200877592,
      files: {
        'nvidia/cufft/lib/libcufft.so.11': 291507928,
      },
    },
    {
      name: 'nvidia-curand-cu12',
      version: '10.3.10.19',
      platform: 'manylinux_2_27_x86_64',
      sha256: '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e',
      bytes: 68295626,
      files: {
        'nvidia/curand/lib/libcurand.so.10': 166965432,
      },
    },
    {
      name: 'nvidia-cusolver-cu12',
      version: '11.7.5.82',
      platform: 'manylinux_2_27_x86_64',
      sha256: '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
      bytes: 338117415,
      files: {
        'nvidia/cusolver/lib/libcusolver.so.11': 302024152,
      },
    },
    {
      name: 'nvidia-cusparse-cu12',
      version: '12.5.10.65',
      platform: 'manylinux_2_17_x86_64',
      sha256: '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
      bytes: 366465088,
      files: {
        'nvidia/cusparse/lib/libcusparse.so.12': 486556368,
      },
    },
    {
      name: 'nvidia-nccl-cu12',
      version: '2.32.3',
      platform: 'manylinux_2_27_x86_64',
      sha256: 'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c',
      bytes: 351526311,
      files: {
        'nvidia/nccl/lib/libnccl.so.2': 473614536,
      },
    },
    {
      name: 'nvidia-nvjitlink-cu12',
      version: '12.9.86',
      platform: 'manylinux_2_12_x86_64',
      sha256: 'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
      bytes: 39748338,
      files: {
        'nvidia/nvjitlink/lib/libnvJitLink.so.12': 95935344,
      },
    },
  ],
};
