#!/usr/bin/env bash
# Makes dist/Cowrite-VERSION-ARCH.dmg of the folder dist/cowrite, on macOS:
#   packaging/macos/make_dmg.sh PYTHON
# PYTHON is that of the environment with PyInstaller (build/package-env/bin/python).
#
# Signs and notarizes if these are in the environment; without them the image works only where it was made:
#   COWRITE_SIGNING_IDENTITY   name of the “Developer ID Application” certificate in the keychain
#   COWRITE_NOTARY_APPLE_ID, COWRITE_NOTARY_TEAM_ID, COWRITE_NOTARY_PASSWORD   account of the notary service
set -euo pipefail

if [ "$(uname)" != Darwin ]; then
  echo "make_dmg.sh needs macOS: codesign, hdiutil and xcrun are only there." >&2
  exit 1
fi
if [ "$#" -ne 1 ]; then
  echo "Say which Python has PyInstaller: make_dmg.sh build/package-env/bin/python" >&2
  exit 2
fi

python=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$(dirname "$0")/../.."
version=$("$python" -c 'import sys; sys.path.insert(0, "."); from cowrite import __version__; print(__version__)')
image="dist/Cowrite-$version-$(uname -m).dmg"
app=dist/Cowrite.app
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

"$python" packaging/icons.py build/cowrite.icns
"$python" -m PyInstaller --noconfirm --distpath dist --workpath build/bundle packaging/macos/bundle.spec

identity=${COWRITE_SIGNING_IDENTITY:-}
if [ -n "$identity" ]; then
  # From the inside out: what holds signed code must be signed after it.
  find "$app/Contents" -type f \( -name '*.dylib' -o -name '*.so' \) -print0 |
    xargs -0 codesign --force --timestamp --options runtime --sign "$identity"
  find "$app/Contents" -type d -name '*.framework' -print0 |
    xargs -0 -n 1 codesign --force --timestamp --options runtime --sign "$identity"
  codesign --force --timestamp --options runtime --entitlements packaging/macos/entitlements.plist --sign "$identity" "$app"
  codesign --verify --deep --strict "$app"
else
  echo "Not signed: COWRITE_SIGNING_IDENTITY is not set."
fi

cp -R "$app" "$stage/"
ln -s /Applications "$stage/Applications"
rm -f "$image"
hdiutil create -quiet -volname Cowrite -srcfolder "$stage" -format ULFO -ov "$image"

if [ -n "$identity" ]; then
  codesign --force --timestamp --sign "$identity" "$image"
fi
if [ -n "${COWRITE_NOTARY_PASSWORD:-}" ]; then
  xcrun notarytool submit "$image" --wait \
    --apple-id "${COWRITE_NOTARY_APPLE_ID:?}" --team-id "${COWRITE_NOTARY_TEAM_ID:?}" --password "$COWRITE_NOTARY_PASSWORD"
  xcrun stapler staple "$image"
  spctl --assess --type open --context context:primary-signature "$image"
else
  echo "Not notarized: COWRITE_NOTARY_PASSWORD is not set."
fi
echo "$image"
