#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Small media files, one for each container, for fuzzing: 0.4 s, a few kB each.
# usage: seeds.sh FOLDER
set -eu
out=$1
rm -rf "$out"
mkdir -p "$out"
make() { # NAME VIDEO-CODEC AUDIO-CODEC
    ffmpeg -nostdin -v error -y -f lavfi -i testsrc2=size=64x48:rate=25 -f lavfi -i sine=440:sample_rate=32000 -t 0.4 \
        -c:v "$2" -g 5 -bf 2 -b:v 60k -c:a "$3" -b:a 32k -fflags +bitexact "$out/$1"
}
make film.ts libx264 mp2
make film.mp4 libx264 mp2
make film.mov libx264 mp2
make film.mkv libx264 mp2
make film.avi mpeg4 mp2
make film.mpg mpeg1video mp2
make film2.mpg mpeg2video mp2
sound() {
    ffmpeg -nostdin -v error -y -f lavfi -i sine=440:sample_rate=32000 -t 0.4 -b:a 32k -fflags +bitexact "$out/$1"
}
sound sound.mp3
sound sound.mp2
ffmpeg -nostdin -v error -y -i "$out/film.mp4" -an -c:v copy -bsf:v h264_mp4toannexb -f h264 "$out/film.h264"
ffmpeg -nostdin -v error -y -f lavfi -i sine=440:sample_rate=8000 -t 0.4 -c:a pcm_u8 -fflags +bitexact "$out/sound.wav"
