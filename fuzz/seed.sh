#!/usr/bin/env bash
# Fills fuzz/corpus with the published tables and with the XML inside them.
set -euo pipefail
cd "$(dirname "$0")"
for format in txt docx xlsx xls pdf; do
    mkdir -p "corpus/read_$format"
    cp ../samples/published/*."$format" "corpus/read_$format/"
done
mkdir -p corpus/prove_table corpus/read_json
cp seeds/*.json corpus/read_json/
cp ../samples/published/*.txt ../samples/tables/*.txt corpus/prove_table/
mkdir -p corpus/plan_scheme corpus/read_ledger
cp ../funds/guangdong-trade-2024/schemes/*.toml ../funds/guangdong-trade-2024/ledgers.toml corpus/plan_scheme/
printf '报关单号,统一社会信用代码,监管方式,结关日期,金额,项号,新品,备注\n531620240000000001,91440101MA0000001X,一般贸易,2024-01-31,"1,234.50",1,是,"a ""b""\nc"\n5316202400000O0001,,0110,2024-02-30,-1,x,no,\n' > corpus/read_ledger/text.csv
iconv -f UTF-8 -t GB18030 corpus/read_ledger/text.csv > corpus/read_ledger/gb18030.csv
cp ../samples/published/guangdong-2024.xlsx corpus/read_ledger/
unzip -p ../samples/published/guangdong-2024.docx word/document.xml > corpus/read_docx/document.xml
{
    unzip -p ../samples/published/guangdong-2024.xlsx xl/worksheets/sheet1.xml
    printf '\0'
    unzip -p ../samples/published/guangdong-2024.xlsx xl/styles.xml
    printf '\0<sst><si><t>x</t></si></sst>'
} > corpus/read_xlsx/sheet.xml
printf '<w><body><tbl><tr><trPr><gridBefore val="1"/></trPr><tc><tcPr><gridSpan val="2"/><vMerge val="restart"/></tcPr><p><r><t>a</t></r></p></tc></tr><tr><tc><tcPr><vMerge/></tcPr><p/></tc></tr></tbl></body></w>' > corpus/read_docx/small.xml
printf '<w><row r="2"><c r="B2" t="s" s="0"><v>0</v></c><c><v>1e3</v></c></row><mergeCell ref="B2:C3"/></w>\0<s><numFmt numFmtId="164" formatCode="0%%"/><cellXfs><xf numFmtId="164"/></cellXfs></s>\0<s><si><t>a_x000D_</t></si></s>' > corpus/read_xlsx/small.xml
# Small and unpacked, so that mutations reach the drawing operators: two ruled cells and a form.
cat > corpus/read_pdf/small.pdf <<'PDF'
%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 5 0 R/Resources<</Font<</F 4 0 R>>/XObject<</X 6 0 R>>>>>>endobj
4 0 obj<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/DW 1000>>]>>endobj
5 0 obj<</Length 190>>stream
q 10 10 100 40 re S 60 10 m 60 50 l S Q /X Do
BT /F 10 Tf 15 20 Td <5E7F5DDE> Tj 50 0 Td [<00310030> -200 <0034>] TJ 1 0 0 1 15 100 Tm 2 Tc 90 Tz 12 TL T* <60C5> ' ET
endstream endobj
6 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 99 99]/Matrix[1 0 0 1 5 5]/Length 20>>stream
0 0 50 1 re f        
endstream endobj
trailer<</Root 1 0 R/Size 7>>
%%EOF
PDF
