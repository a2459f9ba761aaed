"""Medicines: ATC codes in the German version, products by strength and form, and what they are taken for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Drug:
    """A medicine with a usual dose. `morning`, `noon`, `evening`, `night` count units of the form per day.

    `route` is a code of the EDQM Standard Terms; `amount` and `unit` say what one unit of the form holds.
    """

    atc: str
    substance: str
    amount: float
    unit: str
    form: str = "Tablette"
    morning: float = 1
    noon: float = 0
    evening: float = 0
    night: float = 0
    route: str = "20053000"
    pack: int = 100
    every_days: int = 1
    dose_unit: tuple[str, str] | None = None

    @property
    def product(self) -> str:
        """`Ramipril 5 mg Tablette`."""
        amount = f"{self.amount:g}".replace(".", ",")
        return f"{self.substance} {amount} {_SHOWN.get(self.unit, self.unit)} {self.form}"

    @property
    def dose(self) -> tuple[str, str]:
        """UCUM code and unit in which a single dose is counted: the form, unless the form holds many doses."""
        return self.dose_unit or ("1", self.form)

    @property
    def scheme(self) -> str:
        """The German dosing scheme, morning-noon-evening-night: `1-0-1-0`.

        `1 x wöchentlich` for what is taken by the week.
        """
        if self.every_days == 7:
            return "1 x wöchentlich"
        return "-".join(f"{part:g}".replace(".", ",") for part in (self.morning, self.noon, self.evening, self.night))


_SHOWN = {"[iU]/mL": "I.E./ml", "ug": "µg", "mL": "ml"}
INTRAVENOUS, SUBCUTANEOUS, INHALED = "20045000", "20066000", "20020000"
SPRAY, PEN, INFUSION, SYRINGE = "Dosieraerosol", "Fertigpen", "Infusion", "Fertigspritze"

METFORMIN = Drug("A10BA02", "Metformin", 1000, "mg", evening=1)
EMPAGLIFLOZIN = Drug("A10BK03", "Empagliflozin", 10, "mg")
SITAGLIPTIN = Drug("A10BH01", "Sitagliptin", 100, "mg")
GLARGINE = Drug(
    "A10AE04",
    "Insulin glargin",
    100,
    "[iU]/mL",
    PEN,
    0,
    night=18,
    route=SUBCUTANEOUS,
    pack=10,
    dose_unit=("[iU]", "I.E."),
)
SEMAGLUTIDE = Drug("A10BJ06", "Semaglutid", 0.5, "mg", PEN, 1, route=SUBCUTANEOUS, pack=4, every_days=7)
RAMIPRIL = Drug("C09AA05", "Ramipril", 5, "mg")
CANDESARTAN = Drug("C09CA06", "Candesartan", 16, "mg")
SACUBITRIL = Drug("C09DX04", "Valsartan und Sacubitril", 100, "mg", evening=1, pack=56)
BISOPROLOL = Drug("C07AB07", "Bisoprolol", 5, "mg")
TORASEMIDE = Drug("C03CA04", "Torasemid", 10, "mg")
FUROSEMIDE_IV = Drug("C03CA01", "Furosemid", 20, "mg", "Injektion", 1, 1, route=INTRAVENOUS)
SPIRONOLACTONE = Drug("C03DA01", "Spironolacton", 25, "mg")
AMLODIPINE = Drug("C08CA01", "Amlodipin", 5, "mg")
HCT = Drug("C03AA03", "Hydrochlorothiazid", 12.5, "mg")
ATORVASTATIN = Drug("C10AA05", "Atorvastatin", 40, "mg", morning=0, night=1)
SIMVASTATIN = Drug("C10AA01", "Simvastatin", 20, "mg", morning=0, night=1)
ASPIRIN = Drug("B01AC06", "Acetylsalicylsäure", 100, "mg")
APIXABAN = Drug("B01AF02", "Apixaban", 5, "mg", evening=1)
ENOXAPARIN = Drug("B01AB05", "Enoxaparin", 40, "mg", SYRINGE, 0, evening=1, route=SUBCUTANEOUS, pack=10)
ALTEPLASE = Drug("B01AD02", "Alteplase", 70, "mg", INFUSION, route=INTRAVENOUS, pack=1)
PANTOPRAZOLE = Drug("A02BC02", "Pantoprazol", 40, "mg")
LEVOTHYROXINE = Drug("H03AA01", "Levothyroxin-Natrium", 75, "ug")
TIOTROPIUM = Drug("R03BB04", "Tiotropiumbromid", 18, "ug", "Inhalationskapsel", route=INHALED, pack=30)
SALBUTAMOL = Drug("R03AC02", "Salbutamol", 0.1, "mg", SPRAY, 1, 1, 1, 1, INHALED, 1)
BUDESONIDE = Drug("R03AK07", "Formoterol und Budesonid", 160, "ug", "Pulverinhalator", evening=1, route=INHALED, pack=1)
PREDNISOLONE = Drug("H02AB06", "Prednisolon", 40, "mg", pack=10)
SERTRALINE = Drug("N06AB06", "Sertralin", 50, "mg")
MIRTAZAPINE = Drug("N06AX11", "Mirtazapin", 15, "mg", morning=0, night=1)
VENLAFAXINE = Drug("N06AX16", "Venlafaxin", 75, "mg", "Retardkapsel")
IBUPROFEN = Drug("M01AE01", "Ibuprofen", 400, "mg", noon=1, evening=1, pack=20)
METAMIZOLE = Drug("N02BB02", "Metamizol-Natrium", 500, "mg", noon=1, evening=1, pack=20)
PARACETAMOL = Drug("N02BE01", "Paracetamol", 500, "mg", noon=1, evening=1, pack=20)
SUMATRIPTAN = Drug("N02CC01", "Sumatriptan", 50, "mg", pack=6)
TAMSULOSIN = Drug("G04CA02", "Tamsulosin", 0.4, "mg", "Retardkapsel")
CETIRIZINE = Drug("R06AE07", "Cetirizin", 10, "mg", morning=0, evening=1, pack=50)
IRON = Drug("B03AA07", "Eisen(II)-sulfat", 100, "mg")
AMOXICILLIN = Drug("J01CA04", "Amoxicillin", 1000, "mg", noon=1, evening=1, pack=20)
FOSFOMYCIN = Drug("J01XX01", "Fosfomycin", 3000, "mg", "Granulat", pack=1)
AMPICILLIN_SULBACTAM = Drug(
    "J01CR01", "Ampicillin und Beta-Lactamase-Inhibitoren", 3, "g", INFUSION, 1, 1, 1, route=INTRAVENOUS
)
PIPERACILLIN = Drug(
    "J01CR05", "Piperacillin und Beta-Lactamase-Inhibitoren", 4.5, "g", INFUSION, 1, 1, 1, route=INTRAVENOUS
)
CEFTRIAXONE = Drug("J01DD04", "Ceftriaxon", 2, "g", INFUSION, route=INTRAVENOUS)
CLARITHROMYCIN = Drug("J01FA09", "Clarithromycin", 500, "mg", evening=1, pack=14)
NOREPINEPHRINE = Drug("C01CA03", "Norepinephrin", 5, "mg", INFUSION, route=INTRAVENOUS)
CRYSTALLOID = Drug("B05BB01", "Elektrolyte", 1000, "mL", INFUSION, 1, 1, route=INTRAVENOUS)
FLUOROURACIL = Drug("L01BC02", "Fluorouracil", 400, "mg", INFUSION, route=INTRAVENOUS)
OXALIPLATIN = Drug("L01XA03", "Oxaliplatin", 150, "mg", INFUSION, route=INTRAVENOUS)
FOLINATE = Drug("V03AF03", "Calciumfolinat", 350, "mg", INFUSION, route=INTRAVENOUS)
EPIRUBICIN = Drug("L01DB03", "Epirubicin", 160, "mg", INFUSION, route=INTRAVENOUS)
CYCLOPHOSPHAMIDE = Drug("L01AA01", "Cyclophosphamid", 1000, "mg", INFUSION, route=INTRAVENOUS)
ONDANSETRON = Drug("A04AA01", "Ondansetron", 8, "mg", INFUSION, route=INTRAVENOUS)
LETROZOLE = Drug("L02BG04", "Letrozol", 2.5, "mg", "Filmtablette")
TAMOXIFEN = Drug("L02BA01", "Tamoxifen", 20, "mg", "Filmtablette")


@dataclass(frozen=True, slots=True)
class Vaccine:
    """A vaccine by ATC, with the SNOMED CT code of the disease it guards against."""

    atc: str
    name: str
    disease: str
    disease_name: str


INFLUENZA = Vaccine("J07BB02", "Influenza, inaktiviert, Spaltvirus oder Oberflächenantigen", "6142004", "Influenza")
PNEUMOCOCCAL = Vaccine(
    "J07AL02",
    "Pneumokokken, gereinigtes Polysaccharid-Antigen, konjugiert",
    "16814004",
    "Pneumococcal infectious disease",
)
TETANUS = Vaccine("J07AJ52", "Pertussis, gereinigtes Antigen, Kombinationen mit Toxoiden", "76902006", "Tetanus")
ZOSTER = Vaccine("J07BK03", "Zoster, gereinigtes Antigen", "4740000", "Herpes zoster")
MEASLES = Vaccine("J07BD52", "Masern, Kombinationen mit Mumps und Röteln, lebend abgeschwächt", "14189004", "Measles")
COVID = Vaccine("J07BN01", "Covid-19, RNA-basierter Impfstoff", "840539006", "COVID-19")
